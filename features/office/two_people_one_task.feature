# language: vi
Tính năng: Một việc, một người làm
  Hai cán bộ cùng mở một việc thì chỉ một người làm được. Người kia không mất công đoán: được nói rõ ai đã làm, lúc nào.

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "driving-licence-renewal" đã được công bố
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 Thứ Hai 16/11/2026
    Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:20 Thứ Hai 16/11/2026

  Kịch bản: Báo kết quả đúng cùng một lúc
    Khi Trần Minh An và Vũ Hải Yến cùng báo kết quả "Đạt, trình đội trưởng" của bước "Thẩm định hồ sơ" lúc 09:00 Thứ Hai 16/11/2026
    Thì đúng một người làm được, người kia được báo ai đã làm và lúc nào
    Và hồ sơ đang chờ ở bước "Đội trưởng xem xét"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Người chậm hơn một giờ cũng được báo ai đã làm
    Cho Trần Minh An và Vũ Hải Yến đều mở bước "Thẩm định hồ sơ" để báo kết quả "Đạt, trình đội trưởng"
    Khi Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 09:00 Thứ Hai 16/11/2026
    Và Vũ Hải Yến cũng báo kết quả của bước "Thẩm định hồ sơ" đã mở lúc 10:00 Thứ Hai 16/11/2026
    Thì đúng một người làm được, người kia được báo ai đã làm và lúc nào
    Và hồ sơ đang chờ ở bước "Đội trưởng xem xét"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Việc đã có người nhận thì người khác không làm chen, trả lại rồi thì làm được
    Khi Trần Minh An nhận việc "Thẩm định hồ sơ" lúc 08:40 Thứ Hai 16/11/2026
    Thì Vũ Hải Yến không làm được bước "Thẩm định hồ sơ" vì Trần Minh An đang giữ
    Khi Trần Minh An trả lại việc "Thẩm định hồ sơ" lúc 09:00 Thứ Hai 16/11/2026
    Và Vũ Hải Yến làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 09:30 Thứ Hai 16/11/2026
    Thì hồ sơ đang chờ ở bước "Đội trưởng xem xét"
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy

  Kịch bản: Nhận việc không làm thay được quyền
    Thì Bùi Quang Tuấn không được làm bước "Thẩm định hồ sơ"
