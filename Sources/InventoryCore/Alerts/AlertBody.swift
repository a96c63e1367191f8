/// How an alert is written for those who take JSON.
package enum AlertBody {
    /// Our own form: every field under its name.
    package static func plain(_ alert: Alert) -> [UInt8] {
        object { line in
            line.field("kind", alert.kind.rawValue)
            line.field("shop", alert.shop)
            line.field("severity", alert.severity.rawValue)
            line.field("owner", alert.owner.rawValue)
            line.field("owner_name", alert.ownerName)
            line.field("code", alert.code)
            line.field("reference", alert.reference)
            line.field("subject", alert.subject)
            line.field("count", alert.count)
            line.field("title", alert.title)
            line.field("message", alert.message)
            line.field("first_step", alert.firstStep)
            line.field("at", alert.at.description)
        }
    }

    /// A text for Slack's incoming webhooks.
    package static func slack(_ alert: Alert) -> [UInt8] {
        let title = "*\(slackText(alert.title))*"
        let text = ([title] + alert.lines.map(slackText)).joined(separator: "\n")
        return object { line in line.field("text", text) }
    }

    /// An adaptive card for the workflows of Microsoft Teams.
    package static func teams(_ alert: Alert) -> [UInt8] {
        object { line in
            line.field("type", "message")
            line.array("attachments") { line in
                line.object { line in
                    line.field("contentType", "application/vnd.microsoft.card.adaptive")
                    line.object("content") { line in
                        line.field("type", "AdaptiveCard")
                        line.field("version", "1.4")
                        line.array("body") { line in
                            card(alert.title, isTitle: true, &line)
                            for one in alert.lines { card(one, isTitle: false, &line) }
                        }
                    }
                }
            }
        }
    }

    /// Runs of text, since a block would read names from files as Markdown.
    private static func card(_ text: String, isTitle: Bool, _ line: inout JSONLine) {
        line.object { line in
            line.field("type", "RichTextBlock")
            line.array("inlines") { line in
                line.object { line in
                    line.field("type", "TextRun")
                    line.field("text", text)
                    if isTitle { line.field("weight", "Bolder") }
                }
            }
        }
    }

    /// Slack reads `<!channel>` and links between angle brackets: names from files must not call everybody.
    private static func slackText(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func object(_ body: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.object(nil, body)
        return line.bytes
    }
}
