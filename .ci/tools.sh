#!/bin/sh
# Says in one sentence what is missing before anything is built. Needs nothing but a POSIX shell.
#   .ci/tools.sh python       prints the command of a Python that will do
#   .ci/tools.sh node         checks node and npm
set -eu

python_wanted=3.11
node_wanted=20.19

fail() {
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        zh*) echo "yuanzhan: $1" >&2 ;;
        *) echo "yuanzhan: $2" >&2 ;;
    esac
    exit 1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                echo "$candidate"
                return
            fi
            without_venv=$candidate
        fi
    done
    if [ -n "${without_venv:-}" ]; then
        fail "$without_venv 缺少 venv 模块，请安装 python3-venv，再运行一次" \
            "$without_venv lacks the venv module: install python3-venv, then run this again"
    fi
    fail "没有找到 Python $python_wanted 或更高的版本，请安装 python3 和 python3-venv，再运行一次" \
        "There is no Python $python_wanted or newer: install python3 and python3-venv, then run this again"
}

check_node() {
    for tool in node npm; do
        command -v "$tool" >/dev/null 2>&1 ||
            fail "没有找到 $tool，请安装 Node.js $node_wanted 或更高的版本，再运行一次" \
                "$tool is missing: install Node.js $node_wanted or newer, then run this again"
    done
    node -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
        fail "Node.js $(node --version) 太旧，请安装 $node_wanted 或更高的版本，再运行一次" \
            "Node.js $(node --version) is too old: install $node_wanted or newer, then run this again"
}

case "${1:-}" in
    python) find_python ;;
    node) check_node ;;
    *)
        echo "usage: .ci/tools.sh python|node" >&2
        exit 2
        ;;
esac
