"""Scripts and styles of others that the pages use, served under /vendor.

npm installs them at the versions and checksums of deploy/npm/package-lock.json (`make setup`);
none is in the repository and none is fetched when a page is shown. Only the files that are named
here are served.

The policy `style-src 'self'` is enough for uPlot. wavesurfer.js puts a style element into its
shadow root: its option `cspNonce` has to be given a nonce that the page's policy names.
"""

from __future__ import annotations

import logging
from pathlib import Path

from aiohttp import web

from ivr.web.shell import anyone

PREFIX = "/vendor"
FOLDER = Path(".tools") / "web" / "node_modules"
"""Below the checkout; deploy/setup.sh fills it."""
FILES = {
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "wavesurfer.js": "wavesurfer.js/dist/wavesurfer.esm.js",
    "wavesurfer-regions.js": "wavesurfer.js/dist/plugins/regions.esm.js",
}

_log = logging.getLogger(__name__)


def routes(folder: Path) -> list[web.RouteDef]:
    """`folder`: the node_modules with the FILES. One that is missing is logged and answers 404."""
    missing = [name for name, path in FILES.items() if not (folder / path).is_file()]
    if missing:
        _log.error("pages: %s not installed; `make setup` installs them", ", ".join(missing))

    @anyone
    async def file(request: web.Request) -> web.StreamResponse:
        path = FILES.get(request.match_info["name"])
        if path is None or not (folder / path).is_file():
            raise web.HTTPNotFound
        return web.FileResponse(folder / path)

    return [web.get(PREFIX + "/{name}", file)]
