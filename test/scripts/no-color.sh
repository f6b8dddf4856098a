# prints colours only where they are wanted, never into a pipe or a file of itself
escape=$(printf '\033')
FORCE_COLOR=1 natsctl request nobody.home x 2>forced.txt || true
grep -q "$escape" forced.txt
natsctl request nobody.home x 2>piped.txt || true
NO_COLOR=1 natsctl request nobody.home x 2>no-color.txt || true
FORCE_COLOR=1 natsctl request nobody.home x --no-color 2>flag.txt || true
for file in piped.txt no-color.txt flag.txt; do
  grep -q 'no responders' $file
  if grep -q "$escape" $file; then exit 1; fi
done
