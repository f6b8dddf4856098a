# tells by the exit code, in a case, that nobody serves the subject
status=0
natsctl request nobody.home x 2>error.txt || status=$?
case $status in
  5) grep -q 'no responders' error.txt ;;
  *) exit 1 ;;
esac
