import FoundationEssentials

extension Catalogue {
    /// The columns a catalogue file can have; the first three are required.
    package static let columns = ["sku", "unit", "precision", "quantity", "warehouse", "primary"]

    /// Reads a catalogue from a file: CSV with the header
    /// `sku,unit,precision,quantity[,warehouse][,primary]`, or NDJSON with the same names.
    ///
    /// A line is a level; a product's primary unit is that of its line marked `primary`, else of its first.
    package static func load(file path: String) throws(SimulatorFault) -> Catalogue {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .badFile(place: path, problem: "cannot be read: \(error)")
        }
        return try parse(bytes, place: path)
    }

    static func parse(_ bytes: [UInt8], place: String) throws(SimulatorFault) -> Catalogue {
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
        if lines.last?.isEmpty == true { lines.removeLast() }
        var builder = CatalogueBuilder()
        guard let head = lines.first else {
            throw .badFile(place: place, problem: "is empty; a header is needed")
        }
        let isJson = head.first == UInt8(ascii: "{")
        let names = isJson ? columns : fields(head)
        if !isJson {
            for name in columns.prefix(2) where !names.contains(name) {
                throw .badFile(place: "\(place):1", problem: "has no column \"\(name)\"")
            }
            lines = lines.dropFirst()
        }
        for (number, line) in zip(isJson ? 1... : 2..., lines) where !line.isEmpty {
            let values = isJson ? try jsonFields(line, names, "\(place):\(number)") : fields(line)
            let row = Dictionary(zip(names, values)) { first, _ in first }
            if let problem = builder.add(row) {
                throw .badFile(place: "\(place):\(number)", problem: problem)
            }
        }
        return Catalogue(products: builder.products)
    }

    private static func fields(_ line: some Sequence<UInt8>) -> [String] {
        String(decoding: line.filter { $0 != 0x0d && $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func jsonFields(
        _ line: ArraySlice<UInt8>,
        _ names: [String],
        _ place: String
    ) throws(SimulatorFault) -> [String] {
        guard case .object(let object)? = try? JsonReader.document(Array(line)) else {
            throw .badFile(place: place, problem: "is not a JSON object")
        }
        return names.map { name in
            switch object[name] {
            case .text(let text): text
            case .number(let text): text
            case .bool(let bool): bool ? "1" : ""
            default: ""
            }
        }
    }
}

/// Gathers the lines of a catalogue file into products.
private struct CatalogueBuilder {
    private(set) var products: [Catalogue.Product] = []
    private var indices: [String: Int] = [:]

    /// Adds a line; what is wrong with it, or nil.
    mutating func add(_ row: [String: String]) -> String? {
        guard let sku = row["sku"], !sku.isEmpty else { return "has no SKU" }
        guard let code = row["unit"], !code.isEmpty else { return "has no unit" }
        let precisionText = row["precision"] ?? ""
        guard let precision = precisionText.isEmpty ? 0 : Int(precisionText), (0...10).contains(precision)
        else {
            return "has the precision \"\(precisionText)\"; it must be a whole number from 0 to 10"
        }
        let quantityText = row["quantity"] ?? ""
        guard let quantity = quantityText.isEmpty ? .zero : StockQuantity(quantityText) else {
            return "has the quantity \"\(quantityText)\"; it must be a plain decimal"
        }
        let index = indices[sku] ?? products.count
        if index == products.count {
            products.append(Catalogue.Product(sku: sku, units: []))
            indices[sku] = index
        }
        let place = products[index].units.firstIndex { $0.code == code }
        var unit = place.map { products[index].units[$0] } ?? Catalogue.Unit(code: code, precision: precision)
        if let warehouse = row["warehouse"], !warehouse.isEmpty {
            unit.warehouses.append((warehouse, quantity))
        } else {
            unit.quantity = quantity
        }
        if let place { products[index].units.remove(at: place) }
        let isPrimary = ["1", "true", "yes"].contains(row["primary"] ?? "")
        products[index].units.insert(unit, at: isPrimary ? 0 : place ?? products[index].units.count)
        return nil
    }
}
