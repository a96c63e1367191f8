extension Record {
    /// A back-office user as the API shows it after it was created.
    static func user(id: Int, _ data: JsonObject, now: String) -> Record {
        let sent = data["attributes"]?.object
        let names = [
            "username", "email", "namePrefix", "firstName", "middleName", "lastName", "nameSuffix",
            "birthday",
            "enabled", "lastLogin", "createdAt", "updatedAt", "loginCount", "passwordRequestedAt",
            "passwordChangedAt", "title", "phone", "googleId", "emails",
        ]
        let attributes = names.map { name -> (name: String, value: JsonValue) in
            switch name {
            case "createdAt", "updatedAt": (name, .text(now))
            case "loginCount": (name, .number("0"))
            case "emails": (name, .list([]))
            default: (name, sent?[name] ?? .null)
            }
        }
        let related = data["relationships"]?.object
        let one = { (name: String) -> Target in
            .one(reference(related?[name]?.object?["data"]))
        }
        let many = { (name: String) -> Target in
            .many((related?[name]?.object?["data"]?.list ?? []).compactMap { reference($0) })
        }
        return Record(
            id: String(id),
            attributes: attributes,
            relations: [
                ("groups", .many([])), ("owner", one("owner")), ("businessUnits", many("businessUnits")),
                ("organizations", many("organizations")), ("userRoles", many("userRoles")),
                ("organization", one("organization")), ("avatar", .one(nil)),
                ("auth_status", .one(Reference("userauthstatuses", "active"))), ("activityEmails", .many([])),
                ("tags", .many([])),
            ]
        )
    }

    private static func reference(_ value: JsonValue?) -> Reference? {
        guard let type = value?.object?["type"]?.text, let id = value?.object?["id"]?.text else { return nil }
        return Reference(type, id)
    }
}
