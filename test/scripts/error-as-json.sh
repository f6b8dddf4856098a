# gives an error's kind to a program, on stderr alone
status=0
natsctl request nobody.home x --json >out.txt 2>error.json || status=$?
test "$status" -eq 5
test ! -s out.txt
node -e 'const { error } = JSON.parse(require("fs").readFileSync("error.json", "utf8")); if (error.kind !== "no_responders") process.exit(1)'
