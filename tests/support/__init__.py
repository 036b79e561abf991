"""Parts that several folders of tests stand on: a real server, a chat platform of people, a small mind."""
