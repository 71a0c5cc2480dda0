import pytest

from demo.config import DemoConfig
from reenact.errors import InputError


def test_every_limit_can_be_set_by_an_environment_variable():
    config = DemoConfig.from_environ({"REENACT_MAX_CLIP_SECONDS": "5", "REENACT_QUEUE_SIZE": " 3 "})
    assert (config.max_clip_seconds, config.queue_size) == (5, 3)
    assert config.max_upload_mb == DemoConfig().max_upload_mb


@pytest.mark.parametrize("value", ["-1", "0", "ten", "1.5"])
def test_a_limit_that_is_no_whole_number_is_refused_by_name(value):
    with pytest.raises(InputError, match="`REENACT_MAX_UPLOAD_MB` must be a whole number"):
        DemoConfig.from_environ({"REENACT_MAX_UPLOAD_MB": value})
