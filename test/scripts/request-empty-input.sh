# asks nothing where the list is empty or stdin is closed, and that is no failure
natsctl request nobody.home --lines </dev/null >out.txt 2>told.txt
grep -q '^0 requests' told.txt
natsctl request nobody.home --lines --quiet <&- >>out.txt
test ! -s out.txt
