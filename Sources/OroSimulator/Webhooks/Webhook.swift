/// A subscriber to changes, as `POST /webhooks` registered it.
struct Webhook: Sendable {
    let id: Int
    let url: String
    let secret: String
    let topic: String
    let isThin: Bool
    let isEnabled: Bool

    /// Reads what was posted; nothing where it names no topic or address.
    init?(id: Int, _ data: JsonObject) {
        let attributes = data["attributes"]?.object
        let relations = data["relationships"]?.object
        func target(_ name: String) -> String? {
            relations?[name]?.object?["data"]?.object?["id"]?.text
        }
        guard let url = attributes?["notificationUrl"]?.text, let topic = target("topic") else { return nil }
        self.id = id
        self.url = url
        self.topic = topic
        secret = attributes?["secret"]?.text ?? ""
        isThin = target("format") == "thin"
        isEnabled = attributes?["enabled"]?.bool ?? true
    }
}

/// A change that webhooks are told of.
struct WebhookEvent: Sendable {
    /// `inventorylevel.updated` and the like.
    let topic: String
    let entity: Reference
}

/// The webhooks of a shop; events are queued only where a webhook asks for them.
struct WebhookTable: Sendable {
    private(set) var webhooks: [Webhook] = []
    private var idsGiven = 0
    /// The shop's message queue; nothing in versions without webhooks.
    var events: AsyncStream<WebhookEvent>.Continuation?

    /// The id of the next one that is added.
    var nextID: Int { idsGiven + 1 }

    mutating func add(_ webhook: Webhook) {
        idsGiven = webhook.id
        webhooks.append(webhook)
    }

    mutating func remove(_ id: Int) {
        webhooks.removeAll { $0.id == id }
    }

    func contains(_ id: Int) -> Bool { webhooks.contains { $0.id == id } }

    /// Those that want to know of an event: by its topic, or by the topic for just this entity.
    func subscribers(of event: WebhookEvent) -> [Webhook] {
        webhooks.filter {
            $0.isEnabled && ($0.topic == event.topic || $0.topic == "\(event.topic).\(event.entity.id)")
        }
    }

    func happened(_ topic: String, _ entity: Reference) {
        guard let events, !webhooks.isEmpty else { return }
        events.yield(WebhookEvent(topic: topic, entity: entity))
    }
}
