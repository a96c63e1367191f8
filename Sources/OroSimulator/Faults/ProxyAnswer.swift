/// What a gateway between client and shop answers of its own accord.
package struct ProxyAnswer: Sendable, Equatable {
    /// When to come again, in either form of the header.
    package enum RetryAfter: Sendable, Equatable {
        case seconds(Int)
        /// A date that lies so many seconds ahead.
        case date(secondsAhead: Int)
    }

    package var status: Int
    /// nil leaves the header out.
    package var mediaType: String?
    package var body: String
    package var retryAfter: RetryAfter?
    /// Where a redirect leads.
    package var location: String?

    /// An answer; without a body it has a small page, or nothing where there is no media type.
    package init(
        status: Int,
        mediaType: String? = "text/html",
        body: String? = nil,
        retryAfter: RetryAfter? = nil,
        location: String? = nil
    ) {
        self.status = status
        self.mediaType = mediaType
        self.body = body ?? (mediaType == nil ? "" : "<html><body>\(status)</body></html>\n")
        self.retryAfter = retryAfter
        self.location = location
    }

    func answer(nowSeconds: Int64) -> Answer {
        var answer = Answer(status: status, media: mediaType.map { .other($0) } ?? .none)
        answer.body = Array(body.utf8)
        switch retryAfter {
        case .seconds(let seconds): answer.fields.append(("Retry-After", String(seconds)))
        case .date(let ahead):
            answer.fields.append(("Retry-After", Timestamp.header(nowSeconds + Int64(ahead))))
        case nil: break
        }
        if let location { answer.fields.append(("Location", location)) }
        return answer
    }
}
