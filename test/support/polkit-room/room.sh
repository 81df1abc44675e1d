#!/bin/sh
# Runs in name spaces of its own, as their first process: a system bus with polkit, and folders of the system that
# are those below $1, and the devices of $2 (umockdev's; Node looks past the library it wants preloaded). Says "ready"; ends, with everything in it, when its input does.
set -e
room=$1
bed=$2
mount -t tmpfs none /run/dbus
mount --bind "$room/etc" /etc
mount --bind "$room/actions" /usr/share/polkit-1/actions
mount --bind "$room/var-lib" /var/lib
mount --bind "$room/udevadm" /usr/bin/udevadm
mount --bind "$bed/sys" /sys
mount -t tmpfs none "$room/dev"
for node in null zero full random urandom; do
  : > "$room/dev/$node"
  mount --bind "/dev/$node" "$room/dev/$node"
done
for node in "$bed"/dev/*; do ln -s "$node" "$room/dev/"; done
mount --rbind "$room/dev" /dev
dbus-daemon --system --fork --nopidfile
/usr/lib/polkit-1/polkitd --no-debug >/dev/null 2>&1 &
tries=0
until dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
  string:org.freedesktop.PolicyKit1 >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 500 ]
  sleep 0.02
done
echo ready
cat >/dev/null
