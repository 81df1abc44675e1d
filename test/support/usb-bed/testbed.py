"""A USB bus that is not there, by umockdev: prints its folder, then obeys lines on standard input.

attach NAME VID:PID [hid]   answers "attached", after the event of the system
detach NAME                 answers "detached"
"""

import sys

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

bed = UMockdev.Testbed.new()
devices = {}


def device_descriptor(vendor, product):
    """USB 2.0 section 9.6.1, little endian."""
    ids = bytes.fromhex(vendor)[::-1] + bytes.fromhex(product)[::-1]
    return bytes([18, 1, 0, 2, 0, 0, 0, 64]) + ids + bytes([0, 1, 1, 2, 3, 1])


# Configuration, one HID interface, one interrupt endpoint (USB 2.0 sections 9.6.3, 9.6.5, 9.6.6).
CONFIGURATION = bytes([9, 2, 25, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 1, 3, 0, 0, 0, 7, 5, 0x81, 3, 8, 0, 10])


def attach(name, usb_id, kind=""):
    vendor, product = usb_id.split(":")
    number = len(devices) + 2
    path = bed.add_device(
        "usb",
        name,
        None,
        [
            *("busnum", "1\n", "devnum", f"{number}\n", "speed", "480\n", "bConfigurationValue", "1\n"),
            *("idVendor", f"{vendor}\n", "idProduct", f"{product}\n"),
        ],
        [
            *("DEVTYPE", "usb_device", "BUSNUM", "001", "DEVNUM", f"{number:03}"),
            *("DEVNAME", f"/dev/bus/usb/001/{number:03}"),
            *("PRODUCT", f"{int(vendor, 16):x}/{int(product, 16):x}/100"),
        ],
    )
    bed.set_attribute_binary(path, "descriptors", device_descriptor(vendor, product) + CONFIGURATION)
    devices[name] = [path]
    if kind == "hid":
        ids = f"0003:0000{vendor.upper()}:0000{product.upper()}"
        hid = bed.add_device("hid", f"0003:{usb_id.upper()}.{number:04}", path, [], ["HID_ID", ids, "HID_NAME", name])
        raw = bed.add_device("hidraw", f"hidraw{number}", hid, [], ["DEVNAME", f"/dev/hidraw{number}"])
        devices[name] = [path, hid, raw]
    bed.uevent(path, "add")
    return "attached"


def detach(name):
    paths = devices.pop(name)
    bed.uevent(paths[0], "remove")
    for path in reversed(paths):
        bed.remove_device(path)
    return "detached"


print(bed.get_root_dir(), flush=True)
for line in sys.stdin:
    command, *arguments = line.split()
    print({"attach": attach, "detach": detach}[command](*arguments), flush=True)
