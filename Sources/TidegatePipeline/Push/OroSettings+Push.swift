package import InventoryCore
package import TidegateSettings

extension OroSettings {
    /// How the push engine may load this shop.
    package var pushOptions: PushOptions {
        var options = PushOptions()
        switch push.mode {
        case .auto: options.mode = .auto
        case .single: options.mode = .single
        case .batch: options.mode = .batch
        case .sync:
            options.mode = .synchronous
            options.batchSupport = .synchronous
        }
        options.storefrontP95MaxMilliseconds = push.storefront.map { $0.p95MaxSeconds * 1000 }
        options.writesInFlightMin = push.concurrencyMin
        options.writesInFlightMax = push.concurrencyMax
        options.batchRecordsMax = push.batchRecords
        options.batchRecordsMin = min(options.batchRecordsMin, push.batchRecords)
        options.outageSecondsMax = push.patienceSeconds
        options.settleSeconds = push.settleSeconds
        return options
    }
}
