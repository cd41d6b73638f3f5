"""Completion scripts for bash, zsh and fish, out of the table of options.

    python -m pyfinger.cli.completions bash|zsh|fish

The build puts them where these shells look (`PLACES`).  It runs this where none
of pyfinger's dependencies are installed, so the standard library has to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

from pyfinger.cli.option_table import OPTIONS, Option, ValueKind

# Where the scripts belong, below an installation's prefix.
PLACES = {
    "bash": "share/bash-completion/completions/pyfinger",
    "zsh": "share/zsh/site-functions/_pyfinger",
    "fish": "share/fish/vendor_completions.d/pyfinger.fish",
}

_HEAD = "completion for pyfinger(1), made from its table of options"

_BASH = r"""# bash @HEAD@

_pyfinger_value() # OPTION: sets kind and choices of its value; false if the next word is none
{
    kind= choices=
    case $1 in
@VALUES@
        *) return 1 ;;
    esac
}

_pyfinger_cluster() # -LETTERS: sets option, lead and value if one of the letters takes a value
{
    local rest=${1#-} kind choices
    lead=-
    while [[ $rest ]]; do
        option=-${rest:0:1} lead+=${rest:0:1} rest=${rest:1}
        if _pyfinger_value "$option"; then
            value=$rest
            return 0
        fi
    done
    option=
    return 1
}

_pyfinger_pass() # WORD: takes note of a word before the one to complete
{
    local lead value kind choices
    if [[ $option ]]; then
        option=
    elif [[ $operands ]]; then
        operands=many
    else
        case $1 in
            --) operands=none ;;
            --*=*) ;;
            --*) _pyfinger_value "$1" && option=$1 ;;
            -?*) _pyfinger_cluster "$1" && [[ $value ]] && option= ;;
            *) operands=many ;;
        esac
    fi
}

_pyfinger_offer() # values of $option that begin like $value
{
    local kind choices choice piece=$value
    _pyfinger_value "$option"
    [[ $kind == list || $kind == files ]] && piece=${value##*,} lead+=${value%"${value##*,}"}
    case $kind in
        file | files) choices=$(compgen -W "$choices" -- "$piece"; compgen -f -- "$piece") ;;
        directory) choices=$(compgen -d -- "$piece") ;;
        *) choices=$(compgen -W "$choices" -- "$piece") ;;
    esac
    [[ $kind == file* || $kind == directory ]] && compopt -o filenames 2>/dev/null
    while IFS= read -r choice; do
        # The shell has a use of its own for < and > and !.
        [[ $kind == list && ! $quote && $choice == *[!A-Za-z0-9.-]* ]] && choice="'$choice'"
        [[ $choice ]] && COMPREPLY+=("$lead$choice")
    done <<<"$choices"
}

_pyfinger_complete() # WORD: what it may become
{
    local lead= value=$1
    if [[ $option ]]; then
        _pyfinger_offer
    elif [[ $operands == many ]]; then
        return
    elif [[ $operands || $1 != -* ]]; then
        COMPREPLY=($(compgen -A hostname -- "$1"))
    elif [[ $1 == --*=* ]]; then
        option=${1%%=*}= lead=${1%%=*}= value=${1#*=}
        _pyfinger_offer
    elif [[ $1 == - || $1 == --* ]]; then
        COMPREPLY=($(compgen -W '@OPTIONS@' -- "$1"))
        [[ ${#COMPREPLY[@]} == 1 && $COMPREPLY == *= ]] && compopt -o nospace 2>/dev/null
    elif _pyfinger_cluster "$1" && [[ $value ]]; then
        _pyfinger_offer
    else
        COMPREPLY=("$1")
    fi
}

_pyfinger() # COMMAND WORD: WORD is what readline is going to replace, maybe the end of a word only
{
    local IFS=$' \t\n' part glue= words=() option= operands= quote= word before
    COMPREPLY=()
    for part in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do # COMP_WORDBREAKS has put = and : apart
        if [[ $glue || ( $part == [=:]* && ${#words[@]} != 0 ) ]]; then
            words[${#words[@]}-1]+=$part
        else
            words+=("$part")
        fi
        [[ $part == *[=:] ]] && glue=yes || glue=
    done
    word=${words[${#words[@]}-1]}
    for part in "${words[@]:1:${#words[@]}-2}"; do
        _pyfinger_pass "$part"
    done
    before=${word%"$2"}
    if [[ $before == *[\"\'] ]]; then
        quote=yes before=${before%?}
        word=$before$2
    fi
    _pyfinger_complete "$word"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}

complete -F _pyfinger pyfinger
"""

_ZSH = r"""#compdef pyfinger
# zsh @HEAD@

_arguments -s -S -A '-*' \
@OPTIONS@
    '1:destination:_hosts' \
    '*:match:'
"""

_ZSH_ACTIONS = {
    ValueKind.FILE: "_files",
    ValueKind.FILES: "_sequence _files",
    ValueKind.DIRECTORY: "_directories",
}

_FISH = r"""# fish @HEAD@

complete -c pyfinger -f -a '(__fish_print_hostnames)'
@OPTIONS@
"""

_FISH_VALUES = {
    ValueKind.FILE: "-F",
    ValueKind.FILES: "-F",
    ValueKind.DIRECTORY: "-f -a '(__fish_complete_directories)'",
}


def bash(options: Sequence[Option]) -> str:
    """A script that defines and registers a completion function (bash 4 or later)."""
    names = " ".join(form for option in options for form in _bash_forms(option))
    values = "\n".join(_bash_value(option) for option in options if option.value)
    return _filled(_BASH, OPTIONS=names, VALUES=values)


def _bash_forms(option: Option) -> Iterator[str]:
    if option.letter:
        yield f"-{option.letter}"
    if option.optional or not option.value:
        yield f"--{option.name}"
    if option.value:
        yield f"--{option.name}="


def _bash_value(option: Option) -> str:
    """A branch of `case`: without its `=`, an option takes the next word."""
    forms = [f"--{option.name}="]
    if not option.optional:
        forms = [*_letters(option), f"--{option.name}", *forms]
    return (
        f"        {' | '.join(forms)}) kind={option.kind.value} choices={_quoted(' '.join(option.words))} ;;"
    )


def zsh(options: Sequence[Option]) -> str:
    """A function file for the function search path, loaded by `compinit`."""
    return _filled(_ZSH, OPTIONS="\n".join(f"    {_zsh_spec(option)} \\" for option in options))


def _zsh_spec(option: Option) -> str:
    """What _arguments wants to know, of either form; one that counts once excludes the other."""
    name, letters = f"--{option.name}", _letters(option)
    alone = "*" if option.repeatable else f"({' '.join([*letters, name])})"
    if option.value:
        letters = [f"{letter}+" for letter in letters]
        name += "=-" if option.optional else "="
    forms = f"{{{','.join([*letters, name])}}}" if letters else name
    return f"{_quoted(alone)}{forms}{_quoted(f'[{_zsh_text(option.help)}]{_zsh_value(option)}')}"


def _zsh_value(option: Option) -> str:
    if not option.value:
        return ""
    words = " ".join(_zsh_text(word) for word in option.words)
    action = _ZSH_ACTIONS.get(option.kind, " ")
    if option.kind is ValueKind.LIST:
        action = f"_sequence compadd - {words}"
    elif words:
        action = f"{{compadd - {words}; {action}}}" if option.kind in _ZSH_ACTIONS else f"({words})"
    return f"{'::' if option.optional else ':'}{_zsh_text(option.value)}:{action}"


def _zsh_text(text: str) -> str:
    """`text` without what means something to _arguments, or in a list of words."""
    return "".join(f"\\{char}" if char in r"\:[]()<>!" else char for char in text)


def fish(options: Sequence[Option]) -> str:
    """Commands that declare each option."""
    return _filled(_FISH, OPTIONS="\n".join(_fish_command(option) for option in options))


def _fish_command(option: Option) -> str:
    letter = f" -s {option.letter}" if option.letter else ""
    value = f" {_fish_value(option)}" if option.value else ""
    return f"complete -c pyfinger{letter} -l {option.name}{value} -d {_fish_quoted(option.help)}"


def _fish_value(option: Option) -> str:
    """How the value is completed; `-r` makes fish take the next word for it."""
    if option.kind is ValueKind.LIST:
        words = " ".join(f'"{word}"' for word in option.words)
        how = f"-f -a {_fish_quoted(f'(__fish_append , {words})')}"
    else:
        how = _FISH_VALUES.get(option.kind, "-f")
        how += f" -a {_fish_quoted(' '.join(option.words))}" if option.words else ""
    return how if option.optional else f"-r {how}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", r"\\").replace("'", r"\'") + "'"


def _letters(option: Option) -> list[str]:
    return [f"-{option.letter}"] if option.letter else []


def _quoted(text: str) -> str:
    """`text` as a word of a POSIX shell, always in quotes."""
    return "'" + text.replace("'", r"'\''") + "'"


def _filled(template: str, **parts: str) -> str:
    for name, part in {"HEAD": _HEAD, **parts}.items():
        template = template.replace(f"@{name}@", part)
    return template


SHELLS: dict[str, Callable[[Sequence[Option]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}


def script(shell: str) -> str:
    """The script for one of `SHELLS`, with all options."""
    return SHELLS[shell](OPTIONS)


def main(argv: Sequence[str]) -> int:
    """Print the script for the shell named by `argv[1]`."""
    if len(argv) != 2 or argv[1] not in SHELLS:
        sys.stderr.write(f"usage: python -m pyfinger.cli.completions {'|'.join(SHELLS)}\n")
        return 1
    sys.stdout.write(script(argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
