//! Amazon's services, as moto plays them: `pip install 'moto[server]'`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use super::moto_program::moto_server;

/// A moto server, which ends with the test.
pub(crate) struct Moto {
    child: Child,
    pub(crate) url: String,
}

impl Moto {
    pub(crate) fn start() -> Self {
        let mut command = moto_server();
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().split_once("Running on ")?.1.trim().to_owned())).unwrap();
        // It writes a line for every call, and stops when nobody reads them.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// The environment of a program that is to meet these services.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.url.clone()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_REGION", "eu-north-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// A call as the service of this name takes it. moto looks at the region and the service, not at the signature.
    pub(crate) fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let mut answer = self.send(service, method, path, headers, body);
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// A header of an object in a bucket.
    pub(crate) fn header_of_object(&self, path: &str, name: &str) -> String {
        let answer = self.send("s3", "HEAD", path, &[], "");
        answer.headers()[name].to_str().unwrap().to_owned()
    }

    fn send(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> ureq::http::Response<ureq::Body> {
        let signed = format!(
            "AWS4-HMAC-SHA256 Credential=test/20261121/eu-north-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers.iter().chain([&("authorization", signed.as_str())]) {
            request = request.header(*name, *value);
        }
        ureq::Agent::new_with_config(config).run(request.body(body.to_owned()).unwrap()).unwrap()
    }

    /// A topic of which messages go to these URLs: those whose attribute has this value.
    pub(crate) fn topic(&self, name: &str, subscribers: &[(&str, &str, &str)]) {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let (status, body) = self.call("sns", "POST", "/", &form, &format!("Action=CreateTopic&Name={name}"));
        assert_eq!(status, 200, "{body}");
        for (url, attribute, value) in subscribers {
            let subscribe = format!(
                "Action=Subscribe&TopicArn=arn:aws:sns:eu-north-1:123456789012:{name}&Protocol=http&Endpoint={url}\
                 &Attributes.entry.1.key=FilterPolicy&Attributes.entry.1.value={{\"{attribute}\":[\"{value}\"]}}"
            );
            let (status, body) = self.call("sns", "POST", "/", &form, &subscribe);
            assert_eq!(status, 200, "{body}");
        }
    }

    /// A bucket with object lock.
    pub(crate) fn locked_bucket(&self, name: &str) {
        let location = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
            <LocationConstraint>eu-north-1</LocationConstraint></CreateBucketConfiguration>";
        let lock = [("x-amz-bucket-object-lock-enabled", "true")];
        let (status, body) = self.call("s3", "PUT", &format!("/{name}"), &lock, location);
        assert_eq!(status, 200, "{body}");
    }

    /// A secret, by its ARN.
    pub(crate) fn secret(&self, name: &str, value: &str) -> String {
        let headers = [("x-amz-target", "secretsmanager.CreateSecret"), ("content-type", "application/x-amz-json-1.1")];
        let body = serde_json::json!({ "Name": name, "SecretString": value, "ClientRequestToken": "0".repeat(32) });
        let (status, body) = self.call("secretsmanager", "POST", "/", &headers, &body.to_string());
        assert_eq!(status, 200, "{body}");
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        answer["ARN"].as_str().unwrap().to_owned()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
