# gives a line of output for each of input where nobody answers, and the worst outcome as exit code
status=0
printf 'a\nb\n' | natsctl request nobody.home --lines >replies.txt 2>/dev/null || status=$?
test "$status" -eq 5
test "$(wc -l <replies.txt)" -eq 2
