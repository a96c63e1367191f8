extension Shop {
    /// Stores a webhook; it is told of what it asks for from now on.
    func createWebhook(_ call: ApiCall, _ data: JsonObject) throws(ApiError) -> Answer {
        let view = call.view(call.query)
        // Secrets can be written, but are never shown.
        let shown = (data["attributes"]?.object?.members ?? []).filter { $0.name != "secret" }
        let related = data["relationships"]?.object?.members ?? []
        let made = with { state -> Result<(Int, [UInt8]), ApiError> in
            let id = state.webhooks.nextID
            guard let webhook = Webhook(id: id, data), !webhook.url.isEmpty else {
                return .failure(.notBlank.below("/data/attributes/notificationUrl"))
            }
            guard state.isWebhookTopic(webhook.topic) else {
                return .failure(.notFoundEntity.below("/data/relationships/topic/data"))
            }
            let record = Record(
                id: String(id),
                attributes: shown.map { ($0.name, $0.value) },
                relations: related.map { ($0.name, InstalledRecords.target($0.value.object?["data"])) }
            )
            state.records.append(record, type: "webhooks")
            state.webhooks.add(webhook)
            return .success((id, state.document(Reference("webhooks", id), view) ?? []))
        }
        let (id, body) = try made.get()
        return created(call, id: id, body)
    }

    func deleteWebhook(_ id: Int) throws(ApiError) -> Answer {
        guard with({ $0.endWebhook(id) }) else { throw .notFound }
        return Answer(status: 204, media: .none)
    }
}

extension ShopState {
    /// Whether it was there.
    mutating func endWebhook(_ id: Int) -> Bool {
        webhooks.remove(id)
        return records.remove(Reference("webhooks", id))
    }

    /// A topic of the list, or the updates of one entity.
    fileprivate func isWebhookTopic(_ topic: String) -> Bool {
        let parts = topic.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return records.record(Reference("webhooktopics", topic)) != nil }
        let whole = parts[0] + "." + parts[1]
        return parts[1] != "created" && records.record(Reference("webhooktopics", String(whole))) != nil
    }
}

extension ApiError {
    fileprivate static let notFoundEntity = ApiError(
        status: 400,
        title: "form constraint",
        detail: "The entity does not exist."
    )
}
