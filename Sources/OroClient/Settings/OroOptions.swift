package import HTTPTransport

/// How the shop is reached; each value has a limit of its own.
package struct OroOptions: Sendable {
    /// The shop's root (`https://shop.example`), without `/admin` and without `/api`.
    package var url: String
    package var clientID: String
    package var clientSecret: Secret
    /// The path of the back office (`web_backend_prefix`); the API lies below it, the token endpoint does
    /// not.
    package var backendPrefix = "/admin"
    package var timeouts = Timeouts()
    /// How long a question that everything else depends on is asked again while the shop does not answer it.
    package var patienceSeconds = 2.0
    /// A PEM file of the authorities to trust instead of the system's.
    package var caFile: String?
    /// `http://host:port`, optionally with `user:password@`.
    package var proxy: String?
    /// The longest answer that is read; a page of 1,000 levels takes about 0.5 MB.
    package var responseBytesMax = 16 << 20
    /// Connections open at once; more requests than that wait for one.
    package var connectionsMax = 32
    /// Levels in one page of the index; OroCommerce takes 1.6 s for 1,000 and 27 s for 5,000.
    package var pageSize = 1000
    /// Orders in one page, and in one question for some; 72 orders with 121 lines take 0.14 s.
    package var orderPageSize = 100
    /// The field of an order in which the ERP's connector acknowledges it.
    package var orderMark: OrderMark?
    /// Ids in one read-back request.
    package var readBackIDsMax = 800
    /// The longest path with query; nginx refuses requests beyond 8 kB as they come.
    package var urlBytesMax = 6000

    /// The longest time for each kind of request, from asking until the whole answer is there.
    package struct Timeouts: Sendable {
        package var connectSeconds = 10.0
        package var tokenSeconds = 20.0
        package var writeSeconds = 30.0
        /// Above the 25 s that OroCommerce itself waits for a synchronous batch.
        package var batchSeconds = 60.0
        package var readSeconds = 60.0

        package init() {}

        var longestSeconds: Double { max(tokenSeconds, writeSeconds, batchSeconds, readSeconds) }
    }

    /// These options as the transport takes them.
    var transport: Transport.Options {
        var transport = Transport.Options(section: "oro")
        transport.connectSeconds = timeouts.connectSeconds
        transport.silenceSeconds = timeouts.longestSeconds
        transport.connectionsMax = connectionsMax
        transport.responseBytesMax = responseBytesMax
        transport.caFile = caFile
        transport.proxy = proxy
        return transport
    }

    package init(url: String, clientID: String, clientSecret: Secret) {
        self.url = url
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}
