/// One HTTP answer, whole.
package struct HTTPReply: Hashable, Sendable {
    package var status: Int
    /// The media type without parameters, in lower case; empty where none is stated.
    package var mediaType: String = ""
    package var location: String?
    package var contentLocation: String?
    package var allow: String?
    package var retryAfter: String?
    /// The `Date` header: the server's clock, against which a date in `Retry-After` is measured.
    package var date: String?
    /// `X-Include-Total-Count`: how many resources there are in all, where the request asked.
    package var totalCount: Int?
    package var body: [UInt8] = []
    /// Whether the API has answered this client in its own form before: a page instead of it is somebody
    /// else's then, and not a sign of a wrong address.
    package var followsAnswers = false

    package init(status: Int) {
        self.status = status
    }

    package var isHTML: Bool { mediaType == "text/html" }
}
