#!/bin/sh
# Chromium and a Chinese font for the browser tests: installed where that is allowed, otherwise said exactly.
set -eu

packages="chromium-headless-shell fontconfig fonts-noto-cjk"

has_browser() {
    for candidate in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

has_font() {
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family)" ]
}

if has_browser && has_font; then exit 0; fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo=sudo; else sudo=none; fi
fi
if [ "$sudo" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        zh*) echo "yuanzhan: 浏览器测试需要 Chromium 和中文字体，请先运行：sudo apt-get install $packages" >&2 ;;
        *) echo "yuanzhan: the browser tests need Chromium and a Chinese font, please run: sudo apt-get install $packages" >&2 ;;
    esac
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# The shell is the lighter one, where the distribution has it.
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null ||
    $sudo apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null
has_browser && has_font
