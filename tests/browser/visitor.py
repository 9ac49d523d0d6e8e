"""Somebody before a screen, and what their browser complains of."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Error, Page, expect

PATIENCE_MS = 30_000.0
"""The longest wait for anything a page shall show; a loaded machine takes seconds."""
PICTURES = os.environ.get("IVR_PAGE_PICTURES", "")
"""The folder of docs/pages.md, where pictures of the pages are made anew; empty: none are."""
_AXE = Path(__file__).parents[2] / ".tools" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = ("serious", "critical")
# Without `preload`: axe would lay a style element into a page with a shadow root, which the page's
# policy forbids.
_FINDINGS = """async (wanted) => {
  const found = await axe.run(document, {resultTypes: ['violations'], preload: false});
  return found.violations.filter((each) => wanted.includes(each.impact)).map(
    (each) => `${each.id} (${each.impact}): ${each.nodes.map((node) => node.html).join(' | ')}`);
}"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Size:
    name: str
    width: int
    height: int
    touch: bool = False


DESKTOP = Size("desktop", 1366, 768)
PHONE = Size("phone", 390, 844, touch=True)


@dataclass(slots=True)
class Visitor:
    page: Page
    size: Size
    complaints: list[str] = field(default_factory=list)

    async def accessibility_findings(self) -> list[str]:
        """What axe calls serious or critical on the page as it stands."""
        await self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        findings: list[str] = await self.page.evaluate(_FINDINGS, list(_SERIOUS))
        return findings

    async def pixels_too_wide(self) -> int:
        """By how much the page has to be scrolled sideways."""
        return int(await self.page.evaluate(_TOO_WIDE))

    async def picture(self, name: str, *, whole: bool = False) -> None:
        """Keep what is on the screen, or the `whole` page, in PICTURES."""
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{self.size.name}.png"
            await self.page.screenshot(
                path=path, full_page=whole, animations="disabled", caret="hide"
            )


@asynccontextmanager
async def visiting(browser: Browser, size: Size) -> AsyncIterator[Visitor]:
    """A browser window without cookies. Leaving the block with a complaint of the browser (an
    error on its console, an exception in a script, what the page's policy blocked) fails."""
    context = await browser.new_context(
        viewport={"width": size.width, "height": size.height},
        has_touch=size.touch,
        is_mobile=size.touch,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    somebody = Visitor(await context.new_page(), size)

    def told(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            somebody.complaints.append(f"{message.type}: {message.text}")

    def threw(error: Error) -> None:
        somebody.complaints.append(f"exception: {error.message}")

    context.on("console", told)
    somebody.page.on("pageerror", threw)
    try:
        yield somebody
    finally:
        await context.close()
    assert not somebody.complaints, "\n".join(somebody.complaints)
