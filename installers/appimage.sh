#!/bin/sh
# Makes dist/digitgui-x86_64.AppImage, one file for any Linux, of the folder that PyInstaller has built (digitgui.spec):
#
#     installers/appimage.sh RUNTIME
#
# An AppImage is a small program, the runtime, followed by a compressed folder, which it mounts and starts. RUNTIME is
# runtime-x86_64 of a release of https://github.com/AppImage/type2-runtime. Needs mksquashfs (package squashfs-tools).
set -eu
runtime=$(realpath "${1:?usage: installers/appimage.sh RUNTIME}")
cd "$(dirname "$0")/.."
folder=build/AppDir
packed=build/AppDir.squashfs
image=dist/digitgui-x86_64.AppImage
test -x dist/digitgui/digitgui || { echo "Build dist/digitgui first: see installers/digitgui.spec" >&2; exit 1; }
test "$(head -c 11 "$runtime" | tail -c 3 | od -An -tx1)" = " 41 49 02" \
    || { echo "$runtime is not the runtime of an AppImage: expected AI and 2 at its ninth byte" >&2; exit 1; }

rm -rf "$folder"
mkdir -p "$folder/usr/share/icons/hicolor/scalable/apps" "$folder/usr/share/mime/packages" \
    "$folder/usr/share/applications" "$folder/usr/share/metainfo"
cp -a dist/digitgui "$folder/usr/bin"
cp installers/linux/digitgui.desktop "$folder/"
cp installers/linux/digitgui.desktop "$folder/usr/share/applications/"
cp installers/linux/digitgui.metainfo.xml "$folder/usr/share/metainfo/"
cp installers/linux/digitgui-mime.xml "$folder/usr/share/mime/packages/digitgui.xml"
cp resources/icons/app.svg "$folder/digitgui.svg"
cp resources/icons/app.svg "$folder/usr/share/icons/hicolor/scalable/apps/digitgui.svg"
ln -s usr/bin/digitgui "$folder/AppRun"

mksquashfs "$folder" "$packed" -noappend -root-owned -no-xattrs -comp zstd -quiet -no-progress
cat "$runtime" "$packed" > "$image"
chmod +x "$image"
ls -l "$image"
