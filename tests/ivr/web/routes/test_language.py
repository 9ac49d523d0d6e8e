"""Chinese, and English by a switch."""

from __future__ import annotations

from tests.ivr.web.site import Site


async def test_the_pages_are_chinese_until_english_is_chosen(site: Site) -> None:
    browser = await site.browser()
    assert '<html lang="zh-CN">' in (await browser.get("/login")).text
    chosen = await browser.post("/language", language="en", next="/login")
    assert chosen.location == "/login"
    shown = (await browser.get("/login")).text
    assert '<html lang="en">' in shown
    assert "Password" in shown
    await browser.post("/language", language="zh", next="https://elsewhere.example/")
    assert "密码" in (await browser.get("/login")).text
