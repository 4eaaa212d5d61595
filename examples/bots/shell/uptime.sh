#!/bin/sh
# A bot for `zulipkit bot run`: tells how the machine is. Needs jq, which reads and writes the lines.
# See the book's page about JSON lines.

while IFS= read -r line; do
    case $(printf '%s' "$line" | jq -r .type) in
    hello)
        jq -nc '{type: "ready", usage: {name: "Uptime", text: "`load`, `disk`: how the machine is."}}'
        ;;
    message)
        case $(printf '%s' "$line" | jq -r .text) in
        load) answer=$(cat /proc/loadavg) ;;
        disk) answer=$(df -h / | tail -n 1) ;;
        *) answer='I know `load` and `disk`.' ;;
        esac
        printf '%s' "$line" | jq -c --arg answer "$answer" '{id, reply: $answer}'
        ;;
    *) printf '%s' "$line" | jq -c 'select(.id) | {id}' ;;
    esac
done
