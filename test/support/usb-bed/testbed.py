"""A USB bus that is not there, by umockdev: prints its folder, then obeys lines on standard input.

attach NAME VID:PID [hid]   answers "attached", after the event of the system; its nodes are for root alone
detach NAME                 answers "detached"
"""

import os
import sys

import gi

gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev  # noqa: E402

bed = UMockdev.Testbed.new()
devices = {}
nodes = {}


def device_descriptor(vendor, product):
    """USB 2.0 section 9.6.1, little endian."""
    ids = bytes.fromhex(vendor)[::-1] + bytes.fromhex(product)[::-1]
    return bytes([18, 1, 0, 2, 0, 0, 0, 64]) + ids + bytes([0, 1, 1, 2, 3, 1])


# Configuration, one HID interface, one interrupt endpoint (USB 2.0 sections 9.6.3, 9.6.5, 9.6.6).
CONFIGURATION = bytes([9, 2, 25, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 1, 3, 0, 0, 0, 7, 5, 0x81, 3, 8, 0, 10])


def make_node(path):
    """A plain file stands for the device node."""
    node = bed.get_root_dir() + path
    os.makedirs(os.path.dirname(node), mode=0o755, exist_ok=True)
    os.close(os.open(node, os.O_CREAT | os.O_WRONLY, 0o600))
    return node


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
    nodes[name] = [make_node(f"/dev/bus/usb/001/{number:03}")]
    if kind == "hid":
        ids = f"0003:0000{vendor.upper()}:0000{product.upper()}"
        kind_of = ["bInterfaceClass", "03\n", "bInterfaceNumber", "00\n"]
        interface = bed.add_device("usb", f"{name}:1.0", path, kind_of, ["DEVTYPE", "usb_interface"])
        hid_name = f"0003:{usb_id.upper()}.{number:04}"
        hid = bed.add_device("hid", hid_name, interface, [], ["HID_ID", ids, "HID_NAME", name])
        raw = bed.add_device("hidraw", f"hidraw/hidraw{number}", hid, [], ["DEVNAME", f"/dev/hidraw{number}"])
        devices[name] = [path, interface, hid, raw]
        nodes[name].append(make_node(f"/dev/hidraw{number}"))
    bed.uevent(path, "add")
    return "attached"


def detach(name):
    paths = devices.pop(name)
    bed.uevent(paths[0], "remove")
    for path in reversed(paths):
        bed.remove_device(path)
    for node in nodes.pop(name):
        os.remove(node)
    return "detached"


# Whoever is not root may look at the bus, too.
os.chmod(bed.get_root_dir(), 0o755)
print(bed.get_root_dir(), flush=True)
for line in sys.stdin:
    command, *arguments = line.split()
    print({"attach": attach, "detach": detach}[command](*arguments), flush=True)
