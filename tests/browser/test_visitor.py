"""The watch itself: what a browser complains of is seen, and what axe finds too."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.browser.visitor import DESKTOP, visiting

pytestmark = pytest.mark.asyncio(loop_scope="session")
POLICY = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"


@pytest.mark.parametrize(
    "fault",
    [
        "<script>console.error('no such call')</script>",
        "<script>undefined.play()</script>",
        f"{POLICY}<p style='color: red'>an inline style</p>",
        f"{POLICY}<script>document.title = 'an inline script'</script>",
    ],
    ids=["console", "exception", "style", "script"],
)
async def test_a_page_that_the_browser_complains_of_fails(browser: Browser, fault: str) -> None:
    with pytest.raises(AssertionError, match=r"error|exception"):
        async with visiting(browser, DESKTOP) as somebody:
            await somebody.page.set_content(f"<!doctype html><html><head>{fault}</head></html>")


async def test_axe_finds_a_field_without_a_label(browser: Browser) -> None:
    async with visiting(browser, DESKTOP) as somebody:
        await somebody.page.set_content(
            "<!doctype html><html lang='zh-CN'><head><title>12320</title></head>"
            "<body><main><h1>12320</h1><input name='number'></main></body></html>"
        )
        findings = await somebody.accessibility_findings()
    assert [finding.split(" ")[0] for finding in findings] == ["label"]
