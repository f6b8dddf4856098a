# Whether the cursor is where such a thing is due:
#   command            a command's name
#   flag [COMMAND]     a flag, of that command or of all
#   operand COMMAND N  its Nth operand; N- for that and all that follow
#   program            a program, or an argument of it, behind "--"
function __natsctl_at -a what wanted place
    set -l tokens (commandline -opc)
    set -l command ''
    set -l position 1
    set -l pending 0
    set -l dashes 0
    for token in $tokens[2..-1]
        if test $pending = 1
            set pending 0
        else if test $dashes = 1
            set position (math $position + 1)
        else if test "$token" = --
            set dashes 1
        else if string match -qr -- '^--.*=' $token
            continue
        else if string match -qr -- '^--|^-.$' $token
            __natsctl_takes_value "$command" $token; and set pending 1
        else if string match -qr -- '^-[A-Za-z]+$' $token
            # Several short ones in a word: only the last can take what follows.
            __natsctl_takes_value "$command" -(string sub -s -1 -- $token); and set pending 1
        else if test -z "$command"
            set command (__natsctl_command $token)
        else if test $position = 1; and set -l subcommand (__natsctl_subcommand $command $token)
            set command $subcommand
        else
            set position (math $position + 1)
        end
    end

    set -l in_program 0
    test $dashes = 1; and __natsctl_runs_program "$command"; and set in_program 1
    switch $what
        case program
            test $in_program = 1
        case command
            test -z "$command" -a $dashes = 0
        case flag
            test $in_program = 0; and begin
                test -z "$wanted"; or test "$wanted" = "$command"
            end
        case operand
            test $in_program = 0 -a "$wanted" = "$command"; or return
            if string match -q -- '*-' $place
                test $position -ge (string trim -r -c - -- $place)
            else
                test $position = $place
            end
    end
end

# Asks natsctl. What it answers is not to be trusted: fish takes each line for a text, and quotes it.
function __natsctl_ask -a kind
    begin
        commandline -opc
        commandline -ct
    end | string join0 | command natsctl __complete $kind fish 2>/dev/null
end

# Behind the "--" of a command that runs another: what fish offers for that.
function __natsctl_program
    set -l tokens (commandline -opc)
    set -l start (contains -i -- -- $tokens)
    set -l program
    test (count $tokens) -gt $start; and set program (string escape -- $tokens[(math $start + 1)..-1])
    complete -C (string join ' ' -- $program (commandline -ct))
end

complete -c natsctl -n '__natsctl_at program' -f -a '(__natsctl_program)'
