/// What a resource allows, as its `Allow` header says.
struct Resource: Sendable {
    let type: String
    let methods: String
    let itemMethods: String
    var hasNumericIds = true
    var takesBatches = false

    func allows(_ method: String, isItem: Bool) -> Bool {
        (isItem ? itemMethods : methods).split(separator: ",").contains { $0.drop { $0 == " " } == method }
    }
}

extension Resource {
    private static let readOnly = "OPTIONS, GET"

    private static func orders(for profile: Profile) -> [Resource] {
        let every = "OPTIONS, GET, PATCH, POST, DELETE"
        let item = "OPTIONS, GET, PATCH, DELETE"
        let lines = "OPTIONS, GET, POST, DELETE"
        var all = [
            Resource(type: "orders", methods: every, itemMethods: item, takesBatches: true),
            Resource(type: "orderlineitems", methods: lines, itemMethods: item),
            Resource(type: "orderproductkititemlineitems", methods: readOnly, itemMethods: readOnly),
            Resource(type: "ordershippingtrackings", methods: readOnly, itemMethods: readOnly),
            Resource(type: "customers", methods: "OPTIONS, GET, POST", itemMethods: "OPTIONS, GET, PATCH"),
            Resource(type: "customergroups", methods: "OPTIONS, GET, POST", itemMethods: readOnly),
        ]
        if profile != .v5_1 {
            all.append(
                Resource(
                    type: "orderinternalstatuses",
                    methods: readOnly,
                    itemMethods: readOnly,
                    hasNumericIds: false
                )
            )
        }
        return all
    }

    /// The resources of a profile by type; what is not here is unknown to the shop.
    static func all(for profile: Profile, takesLevelBatches: Bool) -> [String: Resource] {
        let batch = takesLevelBatches ? "OPTIONS, GET, PATCH" : readOnly
        var all = [
            Resource(
                type: "inventorylevels",
                methods: batch,
                itemMethods: "OPTIONS, GET, PATCH",
                takesBatches: takesLevelBatches
            ),
            Resource(
                type: "products",
                methods: "OPTIONS, GET, PATCH, POST, DELETE",
                itemMethods: "OPTIONS, GET, PATCH, DELETE",
                takesBatches: true
            ),
            Resource(
                type: "productunitprecisions",
                methods: "OPTIONS, GET, POST, DELETE",
                itemMethods: "OPTIONS, GET, PATCH, DELETE"
            ),
            Resource(type: "productunits", methods: readOnly, itemMethods: readOnly, hasNumericIds: false),
            Resource(type: "asyncoperations", methods: "", itemMethods: readOnly),
            Resource(
                type: "users",
                methods: "OPTIONS, GET, POST, DELETE",
                itemMethods: "OPTIONS, GET, PATCH, DELETE"
            ),
            Resource(
                type: "prodinventorystatuses",
                methods: readOnly,
                itemMethods: readOnly,
                hasNumericIds: false
            ),
            Resource(
                type: "productprices",
                methods: "OPTIONS, GET, POST, DELETE",
                itemMethods: "OPTIONS, GET",
                hasNumericIds: false
            ),
        ]
        all += orders(for: profile)
        for type in ["organizations", "businessunits", "attributefamilies", "pricelists"] {
            all.append(Resource(type: type, methods: readOnly, itemMethods: readOnly))
        }
        if profile.hasWarehouses {
            all.append(Resource(type: "warehouses", methods: readOnly, itemMethods: readOnly))
        }
        if profile.hasWebhooks {
            all.append(
                Resource(
                    type: "webhooks",
                    methods: "OPTIONS, GET, POST",
                    itemMethods: "OPTIONS, GET, DELETE"
                )
            )
            for type in ["webhooktopics", "webhookformats"] {
                all.append(
                    Resource(type: type, methods: readOnly, itemMethods: readOnly, hasNumericIds: false)
                )
            }
        }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.type, $0) })
    }
}
