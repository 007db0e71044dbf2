#!/bin/sh
# A folder in memory with room for the tests' hundreds of databases, each of whose commits waits for a disk
# otherwise; nothing where there is none. (Programs are started from it as well.)
folder=/dev/shm
room_kb=4000000

[ -w "$folder" ] || exit 0
case "$(awk -v at="$folder" '$2 == at { print $4 }' /proc/mounts 2>/dev/null)" in *noexec*) exit 0 ;; esac
[ "$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')" -gt "$room_kb" ] || exit 0
echo "$folder"
