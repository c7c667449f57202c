"""What counts as an e-mail address."""

import pytest

from people.accounts.rules import address


@pytest.mark.parametrize(
    ("typed", "settled"),
    [
        ("rathaus@ahlen.de", "rathaus@ahlen.de"),
        ("  Rathaus@AHLEN.de ", "rathaus@ahlen.de"),
        ("büro@ämter.nrw.de", "büro@ämter.nrw.de"),
        ("rathaus", ""),
        ("rathaus@ahlen", ""),
        ("rathaus@@ahlen.de", ""),
        ("rat haus@ahlen.de", ""),
        ("rathaus@ahlen..de", ""),
        ("rathaus@.de", ""),
        ("rathaus@-ahlen.de", ""),
        ("rathaus,buero@ahlen.de", ""),
        ("Rathaus <rathaus@ahlen.de>", ""),
        ("<b>@ahlen.de", ""),
        ("rathaus\x00@ahlen.de", ""),
        ("rathaus\ud800@ahlen.de", ""),
        ("a" * 260 + "@ahlen.de", ""),
        ("", ""),
    ],
)
def test_an_address_is_written_in_one_way(typed, settled):
    assert address(typed) == settled
