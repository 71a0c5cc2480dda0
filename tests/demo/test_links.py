from demo.links import Link, read_link

TABS, METHODS = ["reenact", "compare"], ["warp", "warp-repair"]


def test_a_link_opens_a_tab_and_chooses_a_method():
    query = {"tab": "compare", "method": "warp-repair", "example": "2"}
    assert read_link(query, TABS, METHODS) == Link("compare", "warp-repair")


def test_what_is_not_known_is_left_out():
    query = {"tab": "<script>", "method": "../../etc", "file": "/tmp/me.png"}
    assert read_link(query, TABS, METHODS) == Link()
    assert read_link({}, TABS, METHODS) == Link()
