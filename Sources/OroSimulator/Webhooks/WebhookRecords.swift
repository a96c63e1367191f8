extension InstalledRecords {
    /// Topics and formats of webhooks, for the versions that have them.
    static func fillWebhooks(_ state: inout ShopState) {
        for alias in ["inventorylevel", "order", "product"] {
            for event in ["created", "updated", "deleted"] {
                let id = alias + "." + event
                let label = JsonValue.text(alias + " " + event)
                state.records.append(
                    Record(id: id, attributes: [("label", label)], relations: []),
                    type: "webhooktopics"
                )
            }
        }
        for id in ["default", "thin"] {
            state.records.append(
                Record(id: id, attributes: [("label", .text(id))], relations: []),
                type: "webhookformats"
            )
        }
    }
}
