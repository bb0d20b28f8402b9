"""Who may be meant by an unknown name or id: suggested where it is near, never guessed."""

import pytest

from pipeline.intake.lookup import Directory

CLIENTS = Directory(
    "client",
    {
        "00353": ("杭州云栖智能科技有限公司", "云栖智能"),
        "C0012": ("寧波啟明（集團）有限公司", "啟明"),
        "C0013": ("上海宏远精密机械股份有限公司", "宏远精密"),
        "C0014": ("上海宏远精密机械有限公司",),
    },
)
STAFF = Directory("staff", {"YW01": ("王志强",), "YW02": ("李雪梅",), "YW03": ("张伟",)}, {"YW01": "业务一部"})


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("云西智能", "杭州云栖智能科技有限公司"),  # a wrong character
        ("杭州云栖智能科技公司", "杭州云栖智能科技有限公司"),  # another legal form
        ("杭州雲棲智能科技有限公司", "杭州云栖智能科技有限公司"),  # traditional characters
        ("宁波启明（集团）有限公司", "寧波啟明（集團）有限公司"),  # the register has the traditional ones
        ("上海宏远精密机械有限责任公司", "上海宏远精密机械有限公司"),  # of two that are alike the nearer
        ("353", "00353"),
        ("C12", "C0012"),
        ("COO12", "C0012"),  # letters for zeros
        ("C0099", ""),  # another number is another client
        ("上海某某有限公司", ""),  # all that is shared is what many names have
        ("陌生单位", ""),
        ("", ""),
    ],
)
def test_clients(written, suggestion):
    assert CLIENTS.suggested(written) == suggestion


@pytest.mark.parametrize(("written", "suggestion"), [("王志刚", "王志强"), ("张三", ""), ("YWO1", "YW01")])
def test_staff(written, suggestion):
    assert STAFF.suggested(written) == suggestion


def test_what_is_suggested_is_not_taken():
    assert CLIENTS.read("云西智能").code == "client_unknown"
