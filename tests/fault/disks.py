"""File systems in image files, for tests that ill-treat a disk: loop devices, root only."""

import errno
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

# The same ioctl on both: _IOR('X', 125, __u32), here without a last flush of the journal. From then on the
# file system refuses everything, and what the device does not have is lost, as at a power cut.
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN
NO_LOG_FLUSH = struct.pack("I", 2)

MAKE = {
    # Everything but the data is laid out now, so that only data can meet a full device later.
    "ext4": ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
    "xfs": ["mkfs.xfs", "-q", "-f"],
}
SMALLEST = {"ext4": 64, "xfs": 320}  # MiB; the image is sparse


class Unavailable(Exception):
    """This machine cannot do it; the text says why, in one line."""


def command(*arguments):
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def require(kind):
    if os.geteuid() != 0:
        raise Unavailable("mounting an image needs root")
    if not shutil.which(MAKE[kind][0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
        raise Unavailable(f"{MAKE[kind][0]} is not installed")


class Disk:
    """A mounted image. `close()` leaves nothing behind."""

    def __init__(self, kind, mebibytes=None, folder=None, honest_when_full=False):
        """`honest_when_full`: the loop driver reports a request of which its image took only a part as done; here
        each is one page, which is taken or refused.
        """
        require(kind)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix=f"tenens-{kind}-", dir=folder))
        self.image, self.mountpoint = self.home / "image", self.home / "disk"
        self.mountpoint.mkdir()
        self.device = None
        try:
            with open(self.image, "wb") as image:
                image.truncate((mebibytes or SMALLEST[kind]) << 20)
            command(*MAKE[kind], *(["-b", "4096"] if honest_when_full else []), self.image)
            self.device = command("losetup", "--find", "--show", self.image)
            if honest_when_full:
                queue = pathlib.Path("/sys/block", pathlib.Path(self.device).name, "queue")
                (queue / "max_sectors_kb").write_text("4", encoding="ascii")
            self.mount()
        except OSError as error:
            self.close()
            raise Unavailable(f"an image of {kind} cannot be mounted here: {error}") from error
        self.handle = os.open(self.mountpoint, os.O_RDONLY)

    def mount(self):
        command("mount", self.device, self.mountpoint)

    def cut(self):
        fcntl.ioctl(self.handle, SHUTDOWN, NO_LOG_FLUSH)

    def come_back(self):
        """After a cut: the kernel forgets what it knew and reads the journal."""
        os.close(self.handle)
        self.handle = None
        self.unmount()
        self.mount()
        self.handle = os.open(self.mountpoint, os.O_RDONLY)

    def unmount(self):
        for _ in range(100):
            try:
                return command("umount", self.mountpoint)
            except OSError as error:
                # A process that was killed may take a moment to let go.
                if "busy" not in str(error):
                    raise
                time.sleep(0.05)
        raise OSError(errno.EBUSY, f"{self.mountpoint} stays busy")

    def close(self):
        """Twice is once."""
        if getattr(self, "handle", None) is not None:
            os.close(self.handle)
            self.handle = None
        if os.path.ismount(self.mountpoint):
            self.unmount()
        if self.device:
            command("losetup", "--detach", self.device)
            self.device = None
        shutil.rmtree(self.home, ignore_errors=True)
