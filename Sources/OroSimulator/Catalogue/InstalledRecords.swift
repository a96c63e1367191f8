/// Entities beside stock that every installation has, as the recorded shop shows them.
enum InstalledRecords {
    /// One JSON:API entity a line; a backslash joins lines.
    private static let text = #"""
        {"type":"attributefamilies","id":"1","attributes":{"code":"default_family"}}
        {"type":"customergroups","id":"1","attributes":{"name":"Non-Authenticated Visitors"},"relationships"\#
        :{"owner":{"data":{"type":"users","id":"1"}},"organization":{"data":{"type":"organizations","id":"1"\#
        }},"paymentTerm":{"data":{"type":"paymentterms","id":"3"}},"taxCode":{"data":null},"activityNotes":{\#
        "data":[]}}}
        {"type":"customergroups","id":"2","attributes":{"name":"All Customers"},"relationships":{"owner":{"d\#
        ata":{"type":"users","id":"1"}},"organization":{"data":{"type":"organizations","id":"1"}},"paymentTe\#
        rm":{"data":{"type":"paymentterms","id":"3"}},"taxCode":{"data":{"type":"customertaxcodes","id":"1"}\#
        },"activityNotes":{"data":[]}}}
        {"type":"customergroups","id":"3","attributes":{"name":"Wholesale Customers"},"relationships":{"owne\#
        r":{"data":{"type":"users","id":"1"}},"organization":{"data":{"type":"organizations","id":"1"}},"pay\#
        mentTerm":{"data":{"type":"paymentterms","id":"3"}},"taxCode":{"data":{"type":"customertaxcodes","id\#
        ":"1"}},"activityNotes":{"data":[]}}}
        {"type":"customergroups","id":"4","attributes":{"name":"Partners"},"relationships":{"owner":{"data":\#
        {"type":"users","id":"1"}},"organization":{"data":{"type":"organizations","id":"1"}},"paymentTerm":{\#
        "data":{"type":"paymentterms","id":"2"}},"taxCode":{"data":{"type":"customertaxcodes","id":"1"}},"ac\#
        tivityNotes":{"data":[]}}}
        {"type":"pricelists","id":"1","attributes":{"active":true,"actual":true,"containSchedule":false,"pro\#
        ductAssignmentRule":null,"name":"Default Price List","createdAt":"2026-11-23T03:07:13Z","updatedAt":\#
        "2026-11-23T03:07:30Z","priceListCurrencies":["USD"]},"relationships":{"organization":{"data":{"type\#
        ":"organizations","id":"1"}},"schedules":{"data":[]},"priceRules":{"data":[]},"activityNotes":{"data\#
        ":[]}}}
        {"type":"pricelists","id":"2","attributes":{"active":true,"actual":true,"containSchedule":false,"pro\#
        ductAssignmentRule":null,"name":"Wholesale Price List","createdAt":"2026-11-23T03:07:42Z","updatedAt\#
        ":"2026-11-23T03:07:42Z","priceListCurrencies":["USD"]},"relationships":{"organization":{"data":{"ty\#
        pe":"organizations","id":"1"}},"schedules":{"data":[]},"priceRules":{"data":[]},"activityNotes":{"da\#
        ta":[]}}}
        {"type":"productprices","id":"04df5d41-146e-48dd-8ed0-5896099d1630-1","attributes":{"quantity":1,"va\#
        lue":"99.9900","currency":"USD"},"relationships":{"priceList":{"data":{"type":"pricelists","id":"1"}\#
        },"product":{"data":{"type":"products","id":"1"}},"unit":{"data":{"type":"productunits","id":"item"}\#
        }}}
        {"type":"productprices","id":"408cb4bc-c8e7-4ae0-bc07-be95bd91bbbb-1","attributes":{"quantity":20,"v\#
        alue":"89.9900","currency":"USD"},"relationships":{"priceList":{"data":{"type":"pricelists","id":"1"\#
        }},"product":{"data":{"type":"products","id":"1"}},"unit":{"data":{"type":"productunits","id":"item"\#
        }}}}
        {"type":"organizations","id":"1","attributes":{"name":"ORO","description":null,"createdAt":"CREATED\#
        ","updatedAt":"CREATED","enabled":true},"relationships":{"businessUnits":{"data":[{"type":"businessu\#
        nits","id":"1"}]},"users":{"data":[{"type":"users","id":"1"},{"type":"users","id":"2"}]}}}
        {"type":"businessunits","id":"1","attributes":{"name":"Main"},"relationships":{"organization":{"data\#
        ":{"type":"organizations","id":"1"}}}}
        {"type":"users","id":"1","attributes":{"username":"admin","enabled":true},"relationships":{"organiza\#
        tion":{"data":{"type":"organizations","id":"1"}}}}
        {"type":"productprices","id":"5b9d3b0e-0f2c-4b3a-9d53-0c7b1f2f1d11-1","attributes":{"quantity":50,"v\#
        alue":"79.9900","currency":"USD"},"relationships":{"priceList":{"data":{"type":"pricelists","id":"1"\#
        }},"product":{"data":{"type":"products","id":"1"}},"unit":{"data":{"type":"productunits","id":"item"\#
        }}}}
        {"type":"pricelists","id":"3","attributes":{"active":true,"actual":true,"containSchedule":false,"pro\#
        ductAssignmentRule":null,"name":"Recorded Price List","createdAt":"2026-11-23T03:07:42Z","updatedAt"\#
        :"2026-11-23T03:07:42Z","priceListCurrencies":["USD"]},"relationships":{"organization":{"data":{"typ\#
        e":"organizations","id":"1"}},"schedules":{"data":[]},"priceRules":{"data":[]},"activityNotes":{"dat\#
        a":[]}}}
        {"type":"prodinventorystatuses","id":"discontinued","attributes":{"name":"Discontinued","priority":0\#
        ,"default":false}}
        {"type":"prodinventorystatuses","id":"in_stock","attributes":{"name":"In Stock","priority":0,"defaul\#
        t":true}}
        {"type":"prodinventorystatuses","id":"out_of_stock","attributes":{"name":"Out of Stock","priority":0\#
        ,"default":false}}
        """#

    /// What can become of an order, in the order the API lists it; 5.1 does not show it.
    static func fillOrderStatuses(_ state: inout ShopState, _ profile: Profile) {
        let installed: [OrderStatus] =
            switch profile {
            case .v5_1: []
            case .v6_0: [.archived, .cancelled, .closed, .open, .shipped]
            case .v6_1, .v7_0, .enterprise: [.cancelled, .closed, .open]
            }
        for status in installed { add(status, &state) }
    }

    /// Adds a status, as the back office can.
    static func add(_ status: OrderStatus, _ state: inout ShopState) {
        let priority =
            switch status {
            case .open: 1
            case .cancelled: 2
            case .shipped: 3
            case .closed: 4
            case .archived: 5
            case .pending: 6
            case .processing: 7
            }
        let name = status.rawValue.prefix(1).uppercased() + status.rawValue.dropFirst()
        state.records.append(
            Record(
                id: status.rawValue,
                attributes: [
                    ("name", .text(name)), ("priority", .number(String(priority))),
                    ("default", .bool(false)),
                ],
                relations: []
            ),
            type: "orderinternalstatuses"
        )
    }

    static func fill(_ state: inout ShopState, organizationCreatedAt created: String) {
        for line in text.replacing("CREATED", with: created).split(separator: "\n") {
            guard case .object(let object)? = try? JsonReader.document(Array(line.utf8)),
                let type = object["type"]?.text, let id = object["id"]?.text
            else { preconditionFailure("an installed record cannot be read: \(line)") }
            state.records.append(record(id: id, object, type: type), type: type)
        }
    }

    private static func record(id: String, _ object: JsonObject, type: String) -> Record {
        let attributes = object["attributes"]?.object?.members ?? []
        let relationships = object["relationships"]?.object?.members ?? []
        return Record(
            id: id,
            attributes: attributes.map { ($0.name, $0.value) },
            relations: relationships.map { ($0.name, target($0.value.object?["data"])) },
            relationLinks: type != "productprices"
        )
    }

    static func target(_ data: JsonValue?) -> Record.Target {
        guard let list = data?.list else { return .one(reference(data)) }
        return .many(list.compactMap(reference))
    }

    private static func reference(_ data: JsonValue?) -> Reference? {
        guard let type = data?.object?["type"]?.text, let id = data?.object?["id"]?.text else { return nil }
        return Reference(type, id)
    }
}
