/// The HTML that web server and framework answer with when a request does not reach the API.
enum Pages {
    static func framework(status: Int, _ reason: String) -> [UInt8] {
        let text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
                <meta charset="UTF-8" />
                <meta name="robots" content="noindex,nofollow,noarchive" />
                <title>An Error Occurred: \(reason)</title>
            </head>
            <body>
            <div class="container">
                <h1>Oops! An Error Occurred</h1>
                <h2>The server returned a "\(status) \(reason)".</h2>
            </div>
            </body>
            </html>
            """
        return Array(text.utf8)
    }

    static func nginx(status: Int, _ reason: String) -> [UInt8] {
        let text =
            "<html>\r\n<head><title>\(status) \(reason)</title></head>\r\n<body>\r\n<center><h1>"
            + "\(status) \(reason)</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"
            + "</body>\r\n</html>\r\n"
        return Array(text.utf8)
    }

    /// The web server's own answers.
    static func webServer(_ status: Int, _ reason: String) -> Answer {
        Answer(status: status, media: .html, body: nginx(status: status, reason))
    }

    /// What a fault script asks for: an error page of web server or gateway.
    static func fault(_ status: Int, retryAfterSeconds: Int?) -> Answer {
        var answer = webServer(status, reasons[status] ?? "Error")
        if status == 401 { answer = Answer(status: 401) }
        if let retryAfterSeconds { answer.fields.append(("Retry-After", String(retryAfterSeconds))) }
        return answer
    }

    private static let reasons = [
        413: "Request Entity Too Large", 414: "Request-URI Too Large", 429: "Too Many Requests",
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable",
        504: "Gateway Time-out",
    ]

    /// What the token endpoint answers in maintenance mode.
    static func maintenance(accept: String?) -> Answer {
        guard accept?.hasPrefix("application/json") == true else {
            let page = framework(status: 503, "Service Unavailable")
            return Answer(status: 503, media: .htmlUtf8, body: page)
        }
        return Answer(status: 503, media: .json, body: Array("{\"code\":503}".utf8))
    }

    static let notInstalledTarget = "/notinstalled.html"

    /// What every request gets while the database is down.
    static let databaseDown = Answer(
        status: 302,
        media: .htmlLowerUtf8,
        fields: [("Location", notInstalledTarget)],
        body: Array(
            """
            <!DOCTYPE html>
            <html>
                <head>
                    <meta charset="UTF-8" />
                    <meta http-equiv="refresh" content="0;url='/notinstalled.html'" />
                    <title>Redirecting to /notinstalled.html</title>
                </head>
                <body>Redirecting to <a href="/notinstalled.html">/notinstalled.html</a>.</body>
            </html>
            """.utf8
        )
    )

    static let storefront = Answer(
        status: 200,
        media: .htmlUtf8,
        body: Array(
            "<!DOCTYPE html>\n<html><head><title>Storefront</title></head><body>Welcome</body></html>\n".utf8
        )
    )
}
