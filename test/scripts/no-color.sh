# prints no escape sequence in a pipe, nor with NO_COLOR
NO_COLOR=1 natsctl --help >help.txt
natsctl request nobody.home x 2>error.txt || true
if grep -q "$(printf '\033')" help.txt error.txt; then exit 1; fi
