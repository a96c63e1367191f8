/// Writes entities field by field, leaving out what the view does not show.
///
/// Attributes must come before relationships.
struct EntityWriter {
    private enum Section {
        case head
        case attributes
        case relationships
    }

    var text = JsonText()
    let view: View
    private var section = Section.head
    private var isFirst = true
    private var shown: Set<String>?
    private var self_ = (type: "", id: "")
    /// Relationships of some resources carry no links of their own.
    private var relationsHaveLinks = true

    init(view: View) {
        self.view = view
    }

    mutating func begin(
        _ reference: Reference,
        selfLink: Bool = true,
        relationLinks: Bool = true,
        meta: String? = nil
    ) {
        self_ = (reference.type, reference.id)
        shown = view.fields[reference.type]
        section = .head
        relationsHaveLinks = relationLinks && view.hasLinks
        if view.isPlain {
            text.raw("{\"id\":")
            plainId(reference.id)
            return
        }
        text.raw("{\"type\":\"")
        text.raw(reference.type)
        text.raw("\",\"id\":")
        text.string(reference.id)
        if let meta {
            text.raw(",\"meta\":")
            text.raw(meta)
        }
        guard selfLink, view.hasLinks else { return }
        text.raw(",\"links\":{\"self\":\"")
        entityLink()
        text.raw("\"}")
    }

    mutating func end() {
        if section != .head, !view.isPlain { text.raw("}") }
        text.raw("}")
    }

    /// Whether the view shows the field; callers ask before they compute a costly value.
    func shows(_ name: String) -> Bool {
        shown?.contains(name) ?? true
    }

    mutating func attribute(_ name: String, _ value: String) {
        guard open(name, .attributes) else { return }
        text.string(value)
    }

    mutating func attribute(_ name: String, _ value: JsonValue) {
        guard open(name, .attributes) else { return }
        text.value(value)
    }

    /// A relationship to one entity or to none.
    mutating func toOne(_ name: String, _ reference: Reference?) {
        guard open(name, .relationships) else { return }
        if view.isPlain {
            if let reference { plainId(reference.id) } else { text.raw("null") }
            return
        }
        text.raw("{")
        relationLinks(name)
        text.raw("\"data\":")
        data(reference)
        text.raw("}")
    }

    /// A relationship to one entity, which shows nothing where the role may not view such entities.
    mutating func toSeen(_ name: String, _ reference: Reference?) {
        toOne(name, reference.flatMap { view.permissions.sees($0.type) ? $0 : nil })
    }

    mutating func toMany(_ name: String, _ references: [Reference]) {
        guard open(name, .relationships) else { return }
        if view.isPlain {
            text.raw("[")
            for (index, reference) in references.enumerated() {
                if index > 0 { text.raw(",") }
                plainId(reference.id)
            }
            text.raw("]")
            return
        }
        text.raw("{")
        relationLinks(name)
        text.raw("\"data\":[")
        for (index, reference) in references.enumerated() {
            if index > 0 { text.raw(",") }
            data(reference)
        }
        text.raw("]}")
    }

    mutating func data(_ reference: Reference?) {
        guard let reference else {
            text.raw("null")
            return
        }
        text.raw("{\"type\":\"")
        text.raw(reference.type)
        text.raw("\",\"id\":")
        text.string(reference.id)
        text.raw("}")
    }

    private mutating func relationLinks(_ name: String) {
        guard relationsHaveLinks else { return }
        text.raw("\"links\":{\"self\":\"")
        entityLink()
        text.raw("\\/relationships\\/")
        text.raw(name)
        text.raw("\",\"related\":\"")
        entityLink()
        text.raw("\\/")
        text.raw(name)
        text.raw("\"},")
    }

    private mutating func entityLink() {
        text.raw(view.base)
        text.raw(self_.type)
        text.raw("\\/")
        text.raw(self_.id)
    }

    private mutating func plainId(_ id: String) {
        if Int(id) != nil { text.raw(id) } else { text.string(id) }
    }

    /// Writes the field's name in its section; false when the view leaves it out.
    private mutating func open(_ name: String, _ wanted: Section) -> Bool {
        guard shows(name) else { return false }
        if view.isPlain {
            text.raw(",\"")
        } else if section == wanted {
            text.raw(",\"")
        } else {
            if section != .head { text.raw("}") }
            text.raw(wanted == .attributes ? ",\"attributes\":{\"" : ",\"relationships\":{\"")
            section = wanted
        }
        text.raw(name)
        text.raw("\":")
        return true
    }
}
