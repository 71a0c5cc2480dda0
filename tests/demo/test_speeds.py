from demo.speeds import Speeds, own_seconds


def test_finding_the_faces_is_no_part_of_a_methods_time():
    assert own_seconds({"find": 5.0, "encode": 0.1, "render": 0.2, "paste": 0.1}) == 0.4


def test_the_first_picture_does_not_count_and_the_median_of_the_last_does():
    speeds = Speeds(keep=3)
    assert speeds.seconds("warp") is None
    for seconds in (9.0, 0.5, 0.1, 0.2, 0.3):
        speeds.add("warp", {"render": seconds})
    assert speeds.seconds("warp") == 0.2
    assert "warp" in speeds and "other" not in speeds
