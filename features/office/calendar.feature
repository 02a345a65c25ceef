# language: vi
Tính năng: Hồ sơ giữ lịch làm việc của ngày nộp
  Ngày đã hẹn với người dân không tự đổi vì lịch làm việc đổi sau đó. Hồ sơ nộp sau thì theo lịch mới.

  Bối cảnh:
    Cho tỉnh mẫu Hải Sơn
    Và thủ tục "driving-licence-renewal" đã được công bố
    Và Lê Thanh Bình nộp giúp Nguyễn Thị Hồng Nhung một hồ sơ lúc 08:00 Thứ Hai 16/11/2026
    Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:10 Thứ Hai 16/11/2026
    Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:10 Thứ Hai 16/11/2026
    Và hẹn trả là 17:00 Thứ Hai 23/11/2026

  Kịch bản: Nghỉ thêm một ngày thì hồ sơ cũ giữ hẹn, hồ sơ mới tính theo lịch mới
    Khi tỉnh công bố nghỉ làm Thứ Năm 19/11/2026
    Và Lê Thanh Bình nộp giúp Phạm Văn Nam một hồ sơ lúc 08:30 Thứ Hai 16/11/2026
    Và Lê Thanh Bình làm bước "Tiếp nhận hồ sơ", kết quả "Tiếp nhận", lúc 08:40 Thứ Hai 16/11/2026
    Và Nguyễn Thị Bích Ngọc làm bước "Thu lệ phí" lúc 08:40 Thứ Hai 16/11/2026
    Thì hẹn trả của hồ sơ thứ 1 là 17:00 Thứ Hai 23/11/2026
    Và hẹn trả của hồ sơ thứ 2 là 17:00 Thứ Tư 25/11/2026

  Kịch bản: Làm tiếp hồ sơ cũ sau khi lịch đổi vẫn tính theo lịch đã ghi
    Khi tỉnh công bố nghỉ làm Thứ Năm 19/11/2026
    Và Trần Minh An làm bước "Thẩm định hồ sơ", kết quả "Đạt, trình đội trưởng", lúc 09:00 Thứ Ba 17/11/2026
    Thì hẹn trả là 17:00 Thứ Hai 23/11/2026
    Và lịch sử hồ sơ còn nguyên vẹn và phát lại ra đúng như vậy
