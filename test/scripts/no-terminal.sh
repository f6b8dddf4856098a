# shows no spinner and starts no pager where there is no terminal
natsctl request nobody.home x --wait 500ms 2>error.txt </dev/null || true
test "$(wc -l <error.txt)" -eq 2
if grep -q "$(printf '\r')" error.txt; then exit 1; fi
PAGER=false natsctl help exit-codes >page.txt </dev/null
grep -q 'no_responders' page.txt
