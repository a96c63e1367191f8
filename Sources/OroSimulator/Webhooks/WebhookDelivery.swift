import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1

/// Tells subscribers what happened: unordered, at least once, and only while their answers allow it (API
/// contract, section 6.3).
struct WebhookDelivery: Sendable {
    let shop: Shop
    let http: HTTPClient

    /// Deliveries under way at once.
    private static let atOnceMax = 8
    private static let timeoutSeconds: Int64 = 10
    private static let retryAfterSecondsMax = 60

    /// Delivers until the shop closes.
    func run() async {
        await withDiscardingTaskGroup { group in
            let gate = DeliveryGate(free: WebhookDelivery.atOnceMax)
            for await event in shop.webhookEvents {
                for webhook in shop.with({ $0.webhooks.subscribers(of: event) }) {
                    let message = Message(
                        webhook: webhook,
                        event: event,
                        id: shop.withDice { $0.messageID() }
                    )
                    // At least once: sometimes the queue runs a message a second time.
                    let times = shop.withDice { $0.happens(shop.options.disorder) } ? 2 : 1
                    for _ in 0..<times {
                        await gate.enter()
                        group.addTask {
                            await deliver(message)
                            await gate.leave()
                        }
                    }
                }
            }
            group.cancelAll()
        }
    }

    private struct Message: Sendable {
        let webhook: Webhook
        let event: WebhookEvent
        let id: String
    }

    private func deliver(_ message: Message) async {
        for _ in 0..<shop.options.webhookTriesMax {
            guard shop.with({ $0.webhooks.contains(message.webhook.id) }) else { return }
            switch await post(message) {
            case .done: return
            case .unsubscribed:
                _ = shop.with { $0.endWebhook(message.webhook.id) }
                return
            case .again(let milliseconds):
                do {
                    try await Task.sleep(for: .milliseconds(milliseconds))
                } catch {
                    return
                }
            }
        }
    }

    private enum Answer {
        case done
        case unsubscribed
        case again(milliseconds: Int)
    }

    private func post(_ message: Message) async -> Answer {
        let body = shop.body(of: message.event, id: message.id, isThin: message.webhook.isThin)
        var request = HTTPClientRequest(url: message.webhook.url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/json", "Webhook-Topic": message.event.topic,
            "Webhook-Id": message.id, "Webhook-Signature-Algorithm": "HMAC-SHA256",
            "Webhook-Signature": WebhookDelivery.signature(body, secret: message.webhook.secret),
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        let later = shop.options.webhookRetryMilliseconds
        do {
            let response = try await http.execute(request, timeout: .seconds(WebhookDelivery.timeoutSeconds))
            switch response.status.code {
            case 410: return .unsubscribed
            case 429, 500...599:
                let seconds = response.headers.first(name: "Retry-After").flatMap { Int($0) }
                let bounded = seconds.map { min($0, WebhookDelivery.retryAfterSecondsMax) * 1000 }
                return .again(milliseconds: bounded ?? later)
            // A redirect is not followed, and any other refusal is final.
            default: return .done
            }
        } catch {
            return .again(milliseconds: later)
        }
    }

    /// The hexadecimal HMAC-SHA256 of the raw body.
    static func signature(_ body: [UInt8], secret: String) -> String {
        let key = SymmetricKey(data: Array(secret.utf8))
        let digits = Array("0123456789abcdef".utf8)
        let bytes = HMAC<SHA256>.authenticationCode(for: body, using: key).flatMap { byte in
            [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Lets so many in at once; the others wait in line.
private actor DeliveryGate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(free: Int) {
        self.free = free
    }

    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

extension Shop {
    /// What is posted for an event: the entity as it is when the message is sent, or only its name.
    fileprivate func body(of event: WebhookEvent, id: String, isThin: Bool) -> [UInt8] {
        var text = JsonText()
        text.raw("{\"topic\":")
        text.string(event.topic)
        text.raw(",\"timestamp\":")
        text.integer(Int(nowSeconds))
        text.raw(",\"messageId\":")
        text.string(id)
        text.raw(",\"eventData\":")
        let view = View(base: "", query: QueryString(""), hasLinks: false)
        if !isThin, let document = with({ $0.document(event.entity, view) }) {
            text.bytes += document
        } else {
            text.raw("{\"data\":{\"type\":")
            text.string(event.entity.type)
            text.raw(",\"id\":")
            text.string(event.entity.id)
            text.raw("}}")
        }
        text.raw("}")
        return text.bytes
    }
}
