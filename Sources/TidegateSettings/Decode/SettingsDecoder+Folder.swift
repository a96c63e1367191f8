import InventoryCore

extension SettingsDecoder {
    /// The keys that belong to drop folders: `pattern`, `done_marker`, `order_by` and `after`.
    func folderRule(
        _ section: inout Section,
        kind: SourceSettings.Kind?,
        path: String?
    ) -> SourceSettings.FolderRule {
        var rule = SourceSettings.FolderRule()
        let keys = ["pattern", "done_marker", "order_by", "after"]
        for key in keys {
            guard let field = section.field(key) else { continue }
            guard kind == .folder || kind == nil else {
                field.refuse("This key belongs to kind: folder.", hint: "Remove it.", code: .conflictingKeys)
                continue
            }
            switch key {
            case "order_by":
                rule.orderBy = field.choice(
                    SourceSettings.FolderRule.OrderBy.allCases.map { ($0.rawValue, $0) }
                )
            case "after": rule.after = after(field, path: path) ?? .keep
            default: nameRule(field, key, &rule)
            }
        }
        return rule
    }

    private func nameRule(_ field: Field, _ key: String, _ rule: inout SourceSettings.FolderRule) {
        guard let text = field.name(bytesMax: 255) else { return }
        if text.contains("/") {
            field.refuse("This is about names, not paths.", hint: "Remove the slash; path names the folder.")
        } else if key == "pattern" {
            rule.pattern = text
        } else if text.contains(where: { "*?".contains($0) }) {
            field.refuse("A done marker is no pattern.", hint: "Write what is appended, such as .done.")
        } else {
            rule.doneMarker = text
        }
    }

    /// `keep`, `delete`, or `{ move: FOLDER }`.
    private func after(_ field: Field, path: String?) -> SourceSettings.FolderRule.After? {
        guard case .mapping = field.node.content else {
            return field.choice([("keep", .keep), ("delete", .delete)])
        }
        guard var section = field.section() else { return nil }
        defer { section.finish() }
        guard let move = section.required("move", hint: "Name the folder for what was taken."),
            let folder = move.name()
        else { return nil }
        func plain(_ path: String) -> String {
            path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
                .joined(separator: "/") + (path.hasPrefix("/") ? "/" : "")
        }
        if let path, plain(path) == plain(folder) {
            move.refuse(
                "This is the folder that deliveries are dropped into.",
                hint: "Name another folder, such as one below it."
            )
            return nil
        }
        return .move(folder: folder)
    }
}
