"""The wheel: everything a visitor needs is inside, and it serves without Node or a working copy."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import aiohttp
import pytest

from tests.support.process import ServerProcess, environment

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(
    not (ROOT / "client" / "dist" / "index.html").is_file(), reason="needs the built client: make client"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(words, check=True, capture_output=True, timeout=100)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `yuanzhan` of a fresh environment; its dependencies are lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    # Without --ignore-installed, pip would first uninstall the working copy from the tests' environment.
    words = ["--no-deps", "--no-index", "--ignore-installed", "--quiet", "--prefix", str(folder), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "install", *words], check=True, timeout=100)
    # A path in a .pth file is searched, but .pth files in it (the editable install) are not read.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    script = folder / "bin" / "yuanzhan"
    text = script.read_text(encoding="utf-8").split("\n", 1)[1]
    script.write_text(f"#!{folder / 'bin' / 'python'}\n{text}", encoding="utf-8")
    return script


def start(script: Path, variables: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(script), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=variables,
        cwd=folder,
    )


def test_it_holds_the_client_the_halls_and_the_catalogue(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "yuanzhan/_bundle/client/index.html" in names
    assert "yuanzhan/_bundle/messages.json" in names
    assert "yuanzhan/_bundle/issues.json" in names
    assert {"yuanzhan/jobs/node/package.json", "yuanzhan/jobs/node/validate.mjs"} <= names
    assert not any("node_modules" in name for name in names)
    for manifest in (ROOT / "scenes").glob("*/hall.toml"):
        assert f"yuanzhan/_bundle/scenes/{manifest.parent.name}/hall.toml" in names
    bundled = [name for name in names if name.startswith("yuanzhan/_bundle/scenes/")]
    assert any(name.endswith(".glb") for name in bundled)
    assert not any(name.endswith(".py") for name in bundled)


async def test_it_serves_the_same_halls_without_node_and_without_a_working_copy(
    installed: Path, tmp_path: Path
) -> None:
    variables = environment(XDG_DATA_HOME=str(tmp_path / "xdg")) | {"PATH": str(installed.parent)}
    variables.pop("PYTHONPATH", None)
    process = start(installed, variables, tmp_path)
    server = ServerProcess(process)
    try:
        url = await asyncio.to_thread(server.url)
        async with aiohttp.ClientSession(url) as http:
            async with http.get("/") as page:
                assert page.status == 200
            async with http.get("/api/halls") as answer:
                halls = json.loads(await answer.text())["halls"]
            expected = {manifest.parent.name for manifest in (ROOT / "scenes").glob("*/hall.toml")}
            assert {hall["id"] for hall in halls} == expected
            async with http.get(f"/api/halls/{halls[0]['id']}") as answer:
                glb = (await answer.json())["glb"]
            async with http.get(glb) as answer:
                assert (await answer.read())[:4] == b"glTF"
        assert (tmp_path / "xdg" / "yuanzhan" / "secret").is_file()
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()
