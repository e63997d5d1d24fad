#!/bin/sh
# Makes dist/digitgui-x86_64.AppImage, one file for any Linux, of the folder that PyInstaller has built (digitgui.spec).
# Needs appimagetool, which AppImage's own site has; without it, the folder build/AppDir is left, whose AppRun can be run.
set -eu
cd "$(dirname "$0")/.."
folder=build/AppDir
test -x dist/digitgui/digitgui || { echo "Build dist/digitgui first: see installers/digitgui.spec" >&2; exit 1; }
rm -rf "$folder"
mkdir -p "$folder/usr/bin" "$folder/usr/share/applications" "$folder/usr/share/metainfo" \
    "$folder/usr/share/mime/packages" "$folder/usr/share/icons/hicolor/scalable/apps"
cp -a dist/digitgui/. "$folder/usr/bin/"
cp installers/linux/digitgui.desktop "$folder/"
cp installers/linux/digitgui.desktop "$folder/usr/share/applications/"
cp installers/linux/digitgui.metainfo.xml "$folder/usr/share/metainfo/"
cp installers/linux/digitgui-mime.xml "$folder/usr/share/mime/packages/digitgui.xml"
cp resources/icons/app.svg "$folder/digitgui.svg"
cp resources/icons/app.svg "$folder/usr/share/icons/hicolor/scalable/apps/digitgui.svg"
ln -s usr/bin/digitgui "$folder/AppRun"
if command -v appimagetool > /dev/null; then
    ARCH=x86_64 appimagetool "$folder" dist/digitgui-x86_64.AppImage
else
    echo "appimagetool is not installed: $folder/AppRun starts the program" >&2
fi
