/**
 * Sends a message to Zulip.
 *
 *     zulipSend 'The **release** is out'
 *     zulipSend(message: 'Deploying…', channel: 'deploy', topic: 'Shop')
 *
 * The message is Zulip Markdown. Where it goes is for the settings file of zulipkit to say; without `topic` the topic is the
 * job's full path. `stream` is another word for `channel`. The parameters `node` and `program` are those of `zulipNotify`.
 */
def call(String message) {
    call(message: message)
}

def call(Map parameters) {
    String message = parameters.message?.toString()
    if (!message?.trim()) {
        echo 'zulipSend: there is no message, so nothing is sent'
        return
    }
    Map facts = [
        text   : message,
        channel: (parameters.channel ?: parameters.stream)?.toString(),
        topic  : parameters.topic?.toString(),
    ]
    zulipEvent([protocol: 1, kind: 'message', facts: facts], parameters)
}
