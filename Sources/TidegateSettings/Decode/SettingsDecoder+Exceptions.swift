import InventoryCore

extension SettingsDecoder {
    private static let deadlineSeconds: ClosedRange<Double> = 60...31_536_000

    /// The section `exceptions`.
    func exceptions(_ section: Section) -> ExceptionSettings {
        var section = section
        var exceptions = ExceptionSettings()
        if let deadlines = section.section("deadlines") {
            exceptions.deadlines.bySeverity.merge(severities(deadlines)) { $1 }
        }
        if var owners = section.section("owners") {
            for owner in InventoryException.Owner.allCases {
                guard let below = owners.section(owner.rawValue) else { continue }
                exceptions.deadlines.byOwner[owner] = severities(below)
            }
            owners.finish()
        }
        if var codes = section.section("codes") {
            for code in InventoryException.Code.allCases {
                exceptions.deadlines.byCode[code] = deadline(codes.field(code.rawValue))
            }
            codes.finish()
        }
        if let zone = section.field("time_zone").flatMap(timeZone) { exceptions.zone = zone }
        section.finish()
        return exceptions
    }

    private func severities(_ section: Section) -> [ExceptionSeverity: Int64] {
        var section = section
        var deadlines: [ExceptionSeverity: Int64] = [:]
        for severity in ExceptionSeverity.allCases {
            deadlines[severity] = deadline(section.field(severity.rawValue))
        }
        section.finish()
        return deadlines
    }

    private func deadline(_ field: Field?) -> Int64? {
        field?.seconds(in: SettingsDecoder.deadlineSeconds).map { Int64($0) }
    }
}
