#!/usr/bin/env python3
"""Builds somebody else's project against this library, in every way in which it can be had.

    package_test.py WAY --source REPOSITORY --build BUILD --version V [--werror ON]

WAY is one of the functions below. Each has a folder of its own under BUILD/package and leaves it there,
so that a second run is quick. Ends with 77 where the machine lacks what the way needs.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

CONSUMER = pathlib.Path(__file__).parent / "consumer"
SKIPPED = 77
INTERNAL = re.compile(r"\btenens::|^clerk_backend_api::detail::(?!raise\b)")


class Package:
    def __init__(self, options):
        self.source, self.build, self.version = options.source, options.build, options.version
        # With the flags of the build at hand and ./dev's generator, ccache has seen all of it.
        self.settings = [f"-DTENENS_WERROR={options.werror}"]
        if shutil.which("ninja"):
            self.settings.append("-GNinja")
        if shutil.which("ccache"):
            self.settings.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
        self.place = options.build / "package" / options.way
        self.place.mkdir(parents=True, exist_ok=True)

    # ── running ──────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def run(*command, **options):
        command = [str(word) for word in command]
        print("$", " ".join(command), flush=True)
        return subprocess.run(command, check=True, text=True, **options)

    def output(self, *command, **options):
        return self.run(*command, stdout=subprocess.PIPE, **options).stdout

    def configure(self, source, folder, *settings):
        self.run("cmake", "-S", source, "-B", self.place / folder, "-DCMAKE_BUILD_TYPE=Release",
                 *self.settings, *settings, stdout=subprocess.DEVNULL)

    def make(self, folder, *targets):
        chosen = ["--target", *targets] if targets else []
        self.run("cmake", "--build", self.place / folder, "--parallel", os.cpu_count(), *chosen,
                 stdout=subprocess.DEVNULL)

    def fresh(self, name):
        shutil.rmtree(self.place / name, ignore_errors=True)
        return self.place / name

    # ── what the ways have in common ─────────────────────────────────────────────────────────────

    def consume_embedded(self, way, *settings):
        """What is compiled in another project's folder is in no cache; that it is quick shows nothing here."""
        return self.consume(way, "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", *settings)

    def consume(self, way, *settings):
        """Configures, builds and runs the consumer; returns its program."""
        folder = f"consumer-{way}"
        # A cache would remember where it found the library the last time.
        self.fresh(folder)
        self.configure(CONSUMER, folder, f"-DWAY={way}", *settings)
        self.make(folder)
        return self.check(self.place / folder / "consumer")

    def check(self, program, env=None):
        assert self.output(program, env=env).strip() == self.version
        return program

    def library(self, *settings):
        """Builds the library alone and installs it; returns the prefix."""
        prefix = self.fresh("prefix")
        self.configure(self.source, "library", "-DTENENS_LIBRARY_ONLY=ON", *settings)
        self.make("library")
        self.run("cmake", "--install", self.place / "library", "--prefix", prefix, stdout=subprocess.DEVNULL)
        return self.moved(prefix)

    def moved(self, prefix):
        """Somewhere else than where it was installed: no path of this machine may be in it."""
        target = self.fresh("moved")
        prefix.rename(target)
        return target

    def with_pkg_config(self, root, *flags, run_env=None):
        if not shutil.which("pkg-config"):
            sys.exit(SKIPPED)
        places = ":".join(str(path.parent) for path in root.rglob("clerk_backend_api.pc"))
        env = {**os.environ, "PKG_CONFIG_PATH": places}
        assert self.output("pkg-config", "--modversion", "clerk_backend_api", env=env).strip() == self.version
        words = self.output("pkg-config", "--cflags", "--libs", *flags, "clerk_backend_api", env=env).split()
        program = self.place / "consumer-pkg_config"
        self.run(os.environ.get("CXX", "c++"), "-std=c++20", CONSUMER / "main.cpp", "-o", program, *words)
        self.check(program, run_env)

    def only_the_promise_is_visible(self, root):
        library = next(root.rglob("libclerk_backend_api.so.*.*.*"))
        symbols = self.output("nm", "-D", "-C", "--defined-only", library).splitlines()
        names = [line.split(" ", 2)[2] for line in symbols]
        assert any(name.startswith("clerk_backend_api::Clerk::Clerk(") for name in names)
        for name in names:
            # A template of std:: is ours if it is of one of our types.
            assert "clerk_backend_api::" in name, f"not ours, but exported: {name}"
            assert not INTERNAL.search(name), f"internal, but exported: {name}"


# ── the ways ─────────────────────────────────────────────────────────────────────────────────────────

def find_package(package):
    """From the install tree of this build, the way of README.md."""
    prefix = package.fresh("prefix")
    package.run("cmake", "--install", package.build, "--prefix", prefix, "--component", "development",
                stdout=subprocess.DEVNULL)
    prefix = package.moved(prefix)
    package.consume("find_package", f"-DCMAKE_PREFIX_PATH={prefix}")
    package.with_pkg_config(prefix)


def shared(package):
    prefix = package.library("-DCLERK_BACKEND_API_SHARED=ON")
    package.only_the_promise_is_visible(prefix)
    program = package.consume("find_package", f"-DCMAKE_PREFIX_PATH={prefix}")
    assert "libclerk_backend_api.so.0.1" in package.output("ldd", program)
    folder = next(prefix.rglob("libclerk_backend_api.so.0.1")).parent
    package.with_pkg_config(prefix, run_env={**os.environ, "LD_LIBRARY_PATH": str(folder)})


def add_subdirectory(package):
    package.consume_embedded("add_subdirectory", f"-DTENENS_DIR={package.source}")


def fetch_content(package):
    """Offline: CMake's own override stands for the download."""
    package.consume_embedded("fetch_content", f"-DFETCHCONTENT_SOURCE_DIR_TENENS={package.source}")


def clang(package):
    """The library and its consumer by the other compiler, the one with the highest number."""
    found = [name for number in range(30, 13, -1) if (name := shutil.which(f"clang++-{number}"))]
    if not found:
        sys.exit(SKIPPED)
    package.consume_embedded("add_subdirectory", f"-DTENENS_DIR={package.source}", f"-DCMAKE_CXX_COMPILER={found[0]}")


def deb(package):
    """Three packages, unpacked into a root of their own and used from there."""
    if not (shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps")):
        sys.exit(SKIPPED)
    package.configure(package.source, "packages", "-DCMAKE_INSTALL_PREFIX=/usr",
                      "-DCLERK_BACKEND_API_BOTH=ON", "-DTENENS_TESTS=OFF")
    package.make("packages")
    folder = package.place / "packages"
    for old in folder.glob("*.deb"):
        old.unlink()
    package.run("cpack", "--config", folder / "CPackConfig.cmake", cwd=folder, stdout=subprocess.DEVNULL)
    debs = {path.name.split("_")[0]: path for path in folder.glob("*.deb")}
    assert set(debs) == {"tenens", "libclerk-backend-api0.1", "libclerk-backend-api-dev"}, debs
    for name, file in debs.items():
        assert package.output("dpkg-deb", "-f", file, "Version").strip() == package.version, name
    assert "libcurl4" in package.output("dpkg-deb", "-f", debs["libclerk-backend-api0.1"], "Depends")
    assert "libclerk-backend-api0.1 (= " in package.output(
        "dpkg-deb", "-f", debs["libclerk-backend-api-dev"], "Depends")

    for script in ("postinst", "prerm", "postrm"):
        assert "systemctl" in package.output("dpkg-deb", "-I", debs["tenens"], script), script

    root = package.fresh("root")
    for name, file in debs.items():
        package.run("dpkg-deb", "-x", file, root)
        assert (root / "usr/share/doc" / name / "copyright").is_file(), name
    assert [path.name for path in root.iterdir()] == ["usr"]
    package.output(root / "usr/bin/tenensd", "--help")
    package.output(root / "usr/bin/tenens", "--help")
    package.only_the_promise_is_visible(root)
    for kind in ("ON", "OFF"):
        program = package.consume("find_package", f"-DCMAKE_PREFIX_PATH={root / 'usr'}",
                                  f"-DCLERK_BACKEND_API_SHARED={kind}")
        linked = "libclerk_backend_api.so.0.1" in package.output("ldd", program)
        assert linked == (kind == "ON"), f"shared={kind}, but linked shared: {linked}"
    folder = next(root.rglob("libclerk_backend_api.so.0.1")).parent
    package.with_pkg_config(root, run_env={**os.environ, "LD_LIBRARY_PATH": str(folder)})


WAYS = {way.__name__: way for way in (find_package, shared, add_subdirectory, fetch_content, clang, deb)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--werror", default="OFF")
    arguments = parser.parse_args()
    WAYS[arguments.way](Package(arguments))
